# shellcheck shell=bash
# Sourced by the shell tests: TAP on standard output.
#   ok 'name' COMMAND...       passes when the command succeeds
#   is 'name' GOT WANTED       passes when both strings are equal
#   like 'name' TEXT REGEX     passes when the extended regex matches
#   exits 'name' CODE COMMAND...   passes on exactly that exit code; stdout in $OUT, stderr in $ERR
#   oks FUNCTION NAME...       ok NAME FUNCTION NAME for every name, a core each; reported in their order
#   skip 'name' 'reason'
#   done_testing               last line
# $TOP is the source tree, $BIN the built programs, $TMP a directory that is removed at the end.
set -u
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${BIN:-$TOP/build}
VECTORS=${VECTORS:-$TOP/../shared/vectors}
TMP=$(mktemp -d "${TMPDIR:-/tmp}/cloudops-test.XXXXXX")
export XDG_STATE_HOME=$TMP/state XDG_CONFIG_HOME=$TMP/config LC_ALL=C.UTF-8
unset CLOUDOPS_CONFIG CLOUDOPS_PLAYBOOKS CLOUDOPS_AUDIT
PATH=$BIN:$PATH
OUT=$TMP/out ERR=$TMP/err
tap_count=0 tap_failed=0
tap_cleanup() { rm -rf "$TMP"; }
trap tap_cleanup EXIT

pass() { tap_count=$((tap_count + 1)); echo "ok $tap_count - $1"; }
fail() {
	tap_count=$((tap_count + 1)) tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $1"
	shift
	printf '%s\n' "$@" | head -c 4000 | sed 's/^/# /'
}
skip() { tap_count=$((tap_count + 1)); echo "ok $tap_count - $1 # SKIP $2"; }
ok() {
	local name=$1
	shift
	if "$@" >"$OUT" 2>"$ERR"; then pass "$name"; else fail "$name" "failed: $*" "$(cat "$OUT" "$ERR")"; fi
}
oks() {
	local function=$1 name
	shift
	mkdir -p "$TMP/oks"
	for name; do
		[ "$(jobs -rp | wc -l)" -lt "$(nproc)" ] || wait -n
		{ "$function" "$name" >"$TMP/oks/$name" 2>&1 && touch "$TMP/oks/$name.ok"; } &
	done
	wait
	for name; do if [ -e "$TMP/oks/$name.ok" ]; then pass "$name"; else fail "$name" "$(cat "$TMP/oks/$name")"; fi; done
}
is() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "got:    $2" "wanted: $3"; fi; }
like() { if [[ $2 =~ $3 ]]; then pass "$1"; else fail "$1" "got: $2" "wanted a match of: $3"; fi; }
exits() {
	local name=$1 wanted=$2 got=0
	shift 2
	"$@" >"$OUT" 2>"$ERR" || got=$?
	if [ "$got" = "$wanted" ]; then pass "$name"; else fail "$name" "exit $got, wanted $wanted: $*" "$(cat "$OUT" "$ERR")"; fi
}
await() { # await SECONDS COMMAND...: until it succeeds
	local until=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$until" ] || return 1
		read -rt 0.05 <> <(:) || :
	done
}
done_testing() {
	echo "1..$tap_count"
	[ "$tap_failed" = 0 ]
}
