#!/usr/bin/env bash
# Every system call co-exec makes on its log is failed in turn. Where the record of a call cannot be made
# durable, the call is not made: exit 4, and the document says so.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../plan.sh"

LOG=$TMP/log
DAY=$(date -u +%F).jsonl
export CLOUDOPS_AUDIT=$LOG
mkdir "$TMP/marked"
document "[$(read_step seen certificates "{\"paths\":[\"$TMP/marked\"]}")]" >"$TMP/in"
if ! command -v strace >/dev/null || ! strace -qq -o /dev/null true; then
	skip 'failed system calls' 'strace cannot trace here'
	done_testing
	exit
fi

# The read leaves a trace: it opens $TMP/marked.
called() { grep -q "\"/*${TMP#/}/marked\"" "$TMP/trace"; } # the reader of this host names it from the root

# judge CODE: what is wrong with a run that ended so.
judge() {
	local status error intents
	status=$(jq -r '.execution.status // "none"' "$OUT") || echo 'its output is torn'
	error=$(jq -r '.error.code // "none"' "$OUT")
	intents=$(cat "$LOG"/*.jsonl 2>/dev/null | grep -c '"step.intent"')
	case $1 in
	0) [ "$status $error" = 'done none' ] || echo "exit 0, but $status and $error" ;;
	4) [ -s "$ERR" ] && [ "$error" != none ] || echo 'it failed in silence' ;;
	*) echo "exit $1" ;;
	esac
	if called && [ "$intents" = 0 ]; then echo 'it called without a record'; fi
	[ ! -e "$LOG" ] || co-audit verify --all --dir "$LOG" >"$TMP/verdict" 2>&1 || echo "the log does not verify: $(cat "$TMP/verdict")"
}

# inject PREPARE CALL ERROR: fails the first, second, ... such call on the log, until there are no more.
inject() {
	local k code hits=0 codes='' wrong='' quiet=0
	for k in $(seq 1 40); do
		"$1"
		code=0
		strace -f -qq -o "$TMP/trace" -P "$LOG" -P "$LOG/head" -P "$LOG/lock" -P "$LOG/$DAY" -P "$TMP/marked" -P "${TMP#/}/marked" -e "trace=$2,openat,newfstatat" \
			-e "inject=$2:error=$3:syscall=getpid:when=$k" co-exec --quiet <"$TMP/in" >"$OUT" 2>"$ERR" || code=$?
		grep -q INJECTED "$TMP/trace" || break
		hits=$((hits + 1))
		codes="$codes $code"
		if [ $code = 4 ] && ! called; then quiet=$((quiet + 1)); fi
		wrong=$wrong$(judge "$code" | sed "s/^/call $k: /")
	done
	if [ $hits = 0 ]; then
		fail "$1, $2 fails with $3" 'no such call was made'
	else
		is "$1, $2 fails with $3: $hits times, exit codes$codes, $quiet with nothing called" "$wrong" ''
	fi
}
fresh() { rm -rf "$LOG"; }
used() {
	rm -rf "$LOG"
	co-exec --quiet <"$TMP/in" >/dev/null
}
for prepare in fresh used; do
	for error in EIO ENOSPC EINTR; do
		inject $prepare fdatasync $error
		inject $prepare pwrite64 $error
	done
	inject $prepare flock ENOLCK
	inject $prepare flock EINTR
done

# The first sync fails: nothing at all was called.
fresh
strace -f -qq -o "$TMP/trace" -e trace=fdatasync,openat,newfstatat -e inject=fdatasync:error=EIO:syscall=getpid:when=1 \
	co-exec --quiet <"$TMP/in" >"$OUT" 2>"$ERR"
is 'a failed sync of the first records: exit code' $? 4
if called; then fail 'a failed sync: nothing was called'; else pass 'a failed sync: nothing was called'; fi
is 'the document says so' "$(jq -r '[.error.stage, .execution.calls] | join(" ")' "$OUT")" 'co-exec 0'
like 'so does the message' "$(cat "$ERR")" 'the audit log cannot be written'
# And the probe works: without the failure it is called.
fresh
strace -f -qq -o "$TMP/trace" -e trace=openat,newfstatat co-exec --quiet <"$TMP/in" >"$OUT"
if called; then pass 'without the failure it is called'; else fail 'without the failure it is called' "$(cat "$TMP/trace")"; fi
done_testing
