#!/usr/bin/env bash
# Ordinary work, watched from outside by strace: no process of the pipe is killed by its sandbox, not even one
# whose end nobody would notice. (The tools cannot trace, but they can be traced.)
. "$(dirname "$0")/../tap.sh"
set -o pipefail

if ! strace -o "$TMP/try" true 2>/dev/null; then
	skip 'system calls of the pipe' 'strace cannot trace here'
	done_testing
	exit
fi

watched() { # NAME COMMAND...: runs it under strace; $OUT is its output
	local name=$1
	shift
	strace -f -qq -o "$TMP/trace" -e trace=none -e signal=SIGSYS,SIGSEGV,SIGABRT "$@" >"$OUT" 2>"$ERR"
	is "$name: nothing is killed" "$(grep -E 'SIG(SYS|SEGV|ABRT)' "$TMP/trace")" ''
}

for sentence in 'why is this machine slow' 'high cpu on this machine' 'memory of this machine' 'disk full on this machine' \
	'io problems on this machine' 'failed units on this machine' 'network problems on this machine' \
	'certificates expiring on this machine' 'exposed ports of this machine' 'is the clock of this machine right'; do
	watched "co-intent: $sentence" co-intent -c "$sentence"
	cp "$OUT" "$TMP/intent"
	watched "co-plan: $sentence" co-plan -c <"$TMP/intent"
	cp "$OUT" "$TMP/plan"
	watched "co-policy: $sentence" co-policy -c <"$TMP/plan"
	cp "$OUT" "$TMP/decided"
	watched "co-exec: $sentence" co-exec -c <"$TMP/decided"
	cp "$OUT" "$TMP/done"
	ok "it ran: $sentence" grep -q '"execution":{"status":"\(done\|partial\)"' "$TMP/done"
done
mkdir "$TMP/playbooks"
cat >"$TMP/playbooks/local-jq.yaml" <<'END'
playbook: local-jq
version: 1
title: Needs jq already when planning
match: {verb: [inspect], subject: [clock], provider: [local]}
params:
  seconds: {type: integer, default: 1}
steps:
  - id: cpu
    call: local read cpu
    with: {interval: "${ ($params.seconds * 2 | tostring) + \"s\" }"}
END
CLOUDOPS_PLAYBOOKS=$TMP/playbooks watched 'co-plan with jq' co-plan -c --playbook local-jq <"$TMP/intent"
is 'jq ran in the sandbox of co-plan' "$(jq -r '.plan.steps[0].with.interval' "$OUT")" 2s

watched co-audit co-audit -c <"$TMP/done"
is 'co-audit passes it on' "$(cat "$OUT")" "$(cat "$TMP/done")"
watched 'co-audit verify' co-audit verify
watched 'co-audit --last' co-audit --last 1h
watched co-report co-report <"$TMP/done"
watched 'co-approve without a terminal' setsid -w co-approve -c <"$TMP/decided"
watched 'co-plan --list' co-plan --list
watched 'co-policy --explain' co-policy --explain <"$TMP/plan"
watched 'co-exec --dry-run' co-exec --dry-run <"$TMP/decided"
watched 'co-exec --record' co-exec --record "$TMP/recording" <"$TMP/decided"
watched 'co-exec --replay' co-exec --replay "$TMP/recording" <"$TMP/decided"
done_testing
