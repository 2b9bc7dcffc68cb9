#!/usr/bin/env bash
# Forbidden acts, tried by every program from inside its own sandbox: the kernel must stop them.
# The same code without a sandbox must succeed, or it would prove nothing.
. "$(dirname "$0")/../tap.sh"

PROBE=$BIN/tests/extra/probe
ACTS='socket connect listen exec write read list kill ptrace code'
export HOME=$TMP

for act in $ACTS; do
	exits "without a sandbox: $act works" 0 "$PROBE" "$act"
done

# Died of SIGSYS, or was told no: by Landlock, or by the filter.
stopped() { # TOOL ACT
	local got=0
	{ "$1" --sandbox-probe "$2" </dev/null >"$OUT" 2>"$ERR" || got=$?; } 2>/dev/null # bash's word of the kill
	case $got in
	159) pass "$1: $2 kills it" ;;
	1) like "$1: $2 is refused" "$(cat "$ERR")" "^$1: \"$2\" was stopped: (Permission denied|Operation not permitted|Operation now in progress)" ;;
	*) fail "$1: $2 is stopped" "exit $got" "$(cat "$OUT" "$ERR")" ;;
	esac
}

export CLOUDOPS_CONFIG=$TMP/config.yaml # co-model ends at once without a model
echo 'model: {provider: ollama}' >"$CLOUDOPS_CONFIG"
for tool in co-intent co-model co-plan co-policy co-approve co-exec co-audit co-report co-expr; do
	if [ ! -x "$BIN/$tool" ]; then
		fail "$tool is built"
		continue
	fi
	exits "$tool: its sandbox alone does no harm" 0 "$tool" --sandbox-probe none
	for act in $ACTS; do
		case $tool:$act in
		co-plan:code | co-approve:code | co-exec:code)
			# They start programs, which inherit the filter and have code to map.
			continue ;;
		co-exec:socket | co-exec:connect)
			# It alone reaches clouds. It connects and never listens.
			continue ;;
		co-*:read | co-*:list | co-*:write | co-*:exec | co-*:kill)
			if ! "$PROBE" landlock; then
				skip "$tool: $act" 'this kernel has no Landlock'
				continue
			fi ;;
		esac
		stopped "$tool" "$act"
	done
done
exits 'an act that is none is wrong usage' 2 co-report --sandbox-probe sokcet
done_testing
