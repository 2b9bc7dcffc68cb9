#!/usr/bin/env bash
# co-exec against this host: runs, refuses, replays, is interrupted, and lets other programs stand in for the stages before it.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../plan.sh"

LOG=$TMP/audit
export CLOUDOPS_AUDIT=$LOG
TWO="[$(read_step clock time),$(read_step log kernel-log '{}' '{"optional":true}')]"
RULES='[{"id":"seen","when":"${ $steps.clock != null }","severity":"medium","title":"clock seen","because":"it was read"}]'
records() { cat "$LOG"/*.jsonl 2>/dev/null; }
forget() { rm -rf "$LOG"; }

# ---- a run
document "$TWO" "$RULES" >"$TMP/in"
exits 'a plan of reads runs' 0 co-exec <"$TMP/in"
cp "$OUT" "$TMP/done"
is 'status' "$(jq -r .execution.status "$TMP/done")" done
is 'steps in order' "$(jq -r '[.execution.steps[] | .id, .status] | join(" ")' "$TMP/done")" 'clock done log done'
is 'the finding' "$(jq -c '.findings[] | [.id, .severity, .evidence]' "$TMP/done")" '["seen","medium",["clock"]]'
is 'nothing else was changed' "$(jq -Sc '{co,id,request,plan}' "$TMP/done")" "$(jq -Sc '{co,id,request,plan}' "$TMP/in")"
is 'no terminal, no progress' "$(cat "$ERR")" ''
is 'what was logged' "$(records | jq -r .type | paste -sd' ')" \
	'exec.start step.intent step.intent step.result step.result exec.end'
is 'on whose behalf' "$(records | jq -r .actor.on_behalf | sort -u)" alice
is 'why' "$(records | jq -r 'select(.type == "exec.start") | .why')" 'why is this machine slow'
exits 'the log verifies' 0 co-audit verify --dir "$LOG"
exits 'a document that was executed is not executed again' 1 co-exec <"$TMP/done"
is 'it says so' "$(jq -r .error.code "$OUT")" already-executed
exits 'several documents' 0 co-exec < <(document "$TWO" '[]' 01JDBV4K6T5R9M3ZC8Q0W2XNYA; document "$TWO" '[]' 01JDBV4K6T5R9M3ZC8Q0W2XNYB)
is 'each runs' "$(jq -r .execution.status "$OUT" | paste -sd' ')" 'done done'

# ---- refusals: nothing is called, nothing logged
forget
refused() { # NAME EXIT CODE: of the document on standard input
	exits "$1" "$2" co-exec
	is "$1: code" "$(jq -r .error.code "$OUT")" "$3"
	is "$1: not executed" "$(jq -c '.execution | .status, .calls' "$OUT" | paste -sd' ')" "$([ "$2" = 1 ] && echo '"refused" 0' || echo 'null null')"
	is "$1: nothing logged" "$(records)" ''
}
refused 'no plan' 3 no-plan < <(jq -c 'del(.plan)' "$TMP/in")
refused 'expired' 1 expired < <(jq -c '.plan.expires_at = .plan.made_at' "$TMP/in")
refused 'from the future' 1 not-yet < <(jq -c '.plan.made_at = "2099-01-01T00:00:00Z" | .plan.expires_at = "2099-01-02T00:00:00Z"' "$TMP/in")
refused 'access not the catalogue'\''s' 3 wrong-access < <(jq -c '.plan.steps[0].access = "list"' "$TMP/in")
refused 'unknown operation' 3 unknown-operation < <(jq -c '.plan.steps[0].call[2] = "tim"' "$TMP/in")
refused 'claims to change' 3 wrong-changes < <(jq -c '.plan.changes = true' "$TMP/in")
refused 'another host' 1 other-host < <(jq -c '.plan.steps[0].target = {host: "elsewhere"}' "$TMP/in")
refused 'forbidden by the document' 1 denied < <(jq -c '.decision = {effect: "forbid"}' "$TMP/in")

# ---- decisions, digests, and stages that others wrote
co-policy <"$TMP/in" >"$TMP/decided"
exits 'after co-policy' 0 co-exec <"$TMP/decided"
exits 'through jq -S' 0 co-exec < <(jq -S . "$TMP/decided")
exits 'through Python' 0 co-exec < <(python3 -c 'import json, sys; print(json.dumps(json.load(sys.stdin), indent=1))' <"$TMP/decided")
if command -v node >/dev/null; then
	exits 'through Node' 0 co-exec < <(node -e 'console.log(JSON.stringify(JSON.parse(require("fs").readFileSync(0))))' <"$TMP/decided")
else
	skip 'through Node' 'node is not installed'
fi
exits 'one line of jq as policy stage' 0 co-exec < <(jq -c '.decision = {effect: "permit"}' "$TMP/in")
forget
refused 'a step edited after the decision' 1 stale-decision < <(jq -c '.plan.steps[1].with.since = "1h"' "$TMP/decided")
refused 'a goal edited after the decision' 1 stale-decision < <(jq -c '.plan.goal = "other"' "$TMP/decided")

# ---- --dry-run
exits '--dry-run' 0 co-exec --dry-run <"$TMP/in"
is '--dry-run shows requests' "$(jq -c '[.execution.dry_run, .execution.calls, (.execution.steps | map(.status, (.output | type)))]' "$OUT")" \
	'[true,0,["skipped","object","skipped","object"]]'
is '--dry-run logs nothing' "$(records)" ''
cp "$OUT" "$TMP/shown"
exits 'and may be executed' 0 co-exec <"$TMP/shown"
if command -v strace >/dev/null && strace -qq -o /dev/null true; then
	strace -f -qq -o "$TMP/trace" -e trace=socket,clone,clone3,execve co-exec --dry-run <"$TMP/in" >"$OUT"
	is '--dry-run opens no socket and starts nothing' "$(grep -cE '^[0-9]+ +(socket|clone3?)\(' "$TMP/trace")" 0
else
	skip '--dry-run opens no socket' 'strace cannot trace here'
fi

# ---- --record, --replay, --evidence
exits '--record' 0 co-exec --record "$TMP/kept" --evidence "$TMP/evidence" <"$TMP/in"
cp "$OUT" "$TMP/recorded"
forget
exits '--replay' 0 co-exec --replay "$TMP/kept" --evidence "$TMP/evidence" <"$TMP/in"
cp "$OUT" "$TMP/replayed"
ok '--replay gives the bytes of the run' cmp "$TMP/replayed" "$TMP/recorded"
is '--replay logs nothing' "$(records)" ''
exits '--replay long after the plan expired' 0 co-exec --now 2099-01-01T00:00:00Z --replay "$TMP/kept" <"$TMP/in"
exits '--replay of another plan' 3 co-exec --replay "$TMP/kept" < <(document "[$(read_step x time)]")
is 'says that it is not recorded' "$(jq -r .error.code "$OUT")" not-recorded
exits '--replay from nowhere' 3 co-exec --replay "$TMP/nowhere" <"$TMP/in"
if command -v strace >/dev/null && strace -qq -o /dev/null true; then
	strace -f -qq -o "$TMP/trace" -e trace=openat,socket co-exec --replay "$TMP/kept" <"$TMP/in" >"$OUT"
	is '--replay reads nothing of this host' "$(grep -cE '"/proc/(stat|meminfo|[0-9])|socket' "$TMP/trace")" 0
fi

# ---- other options
exits '--fail-on a graver severity' 0 co-exec --fail-on high <"$TMP/in"
exits '--fail-on this severity' 1 co-exec --fail-on medium <"$TMP/in"
is '--fail-on says so' "$(jq -r '.error.code, .error.message' "$OUT" | paste -sd:)" 'findings:1 finding of severity "medium" or graver'
is '--fail-on keeps the findings' "$(jq '.findings | length' "$OUT")" 1
exits '--read-only lets reads run' 0 co-exec --read-only <"$TMP/in"
for bad in --fail-on=grave --deadline=soon --concurrency=1001 --dry-run=cloud '--replay x --record y' '--resume x --dry-run'; do
	# shellcheck disable=SC2086
	exits "$bad is wrong usage" 2 co-exec $bad <"$TMP/in"
done
exits 'a broken rule is no silence' 3 co-exec < <(document "$TWO" '[{"id":"r","each":"$steps.clock | error(\"no\")","severity":"low","title":"t","because":"b"}]')
is 'it is a finding' "$(jq -r '.findings[0].title' "$OUT")" 'the rule "r" could not be evaluated'
exits 'a failed read' 3 co-exec < <(document "[$(read_step c units '{"scope":"none"}')]")
is 'a failed read names the step' "$(jq -r '.error.code, .error.path' "$OUT" | paste -sd' ')" 'step-failed /plan/steps/0'
exits '--deadline' 4 co-exec --deadline 200ms < <(document "[$(read_step c cpu '{"interval":"30s"}' '{"optional":true}')]")
is '--deadline is named' "$(jq -r .error.code "$OUT")" deadline

# ---- a log that cannot be written
: >"$TMP/file"
exits 'no log, no run' 4 env CLOUDOPS_AUDIT="$TMP/file" co-exec <"$TMP/in"
is 'no log, no execution' "$(jq -r '.execution // "none"' "$OUT")" none

# ---- interrupted
forget
document "[$(read_step clock time),$(read_step slow cpu '{"interval":"50s"}' '{"needs":["clock"]}'),$(read_step never time '{}' '{"needs":["slow"]}')]" >"$TMP/slow"
interrupted() { # SIGNAL...: run, wait until the slow step is under way, send each
	env --default-signal=INT,TERM co-exec <"$TMP/slow" >"$OUT" 2>"$ERR" & # a script's background jobs ignore SIGINT
	local pid=$! signal code=0
	await 60 grep -rq '"step":"slow"' "$LOG" || return 99
	for signal; do kill -"$signal" $pid; done
	wait $pid || code=$?
	return $code
}
for signal in INT TERM; do
	begun=$SECONDS
	code=0
	interrupted $signal || code=$?
	is "SIG$signal: exit code" $code 4
	is "SIG$signal: what was read is kept" "$(jq -r '[.error.code, (.execution.steps[] | .status)] | join(" ")' "$OUT")" \
		'interrupted done interrupted interrupted'
	if [ $((SECONDS - begun)) -lt 15 ]; then pass "SIG$signal: soon"; else fail "SIG$signal: soon"; fi
	is "SIG$signal: the record says so" "$(records | jq -r 'select(.step == "slow" and .type == "step.result") | .result')" interrupted
	forget
done

# Whoever is ignored stays ignored: nohup, and the background jobs of scripts.
env --ignore-signal=INT co-exec --deadline 3s <"$TMP/slow" >"$OUT" 2>"$ERR" &
pid=$!
await 60 grep -rq '"step":"slow"' "$LOG"
kill -INT $pid
code=0
wait $pid || code=$?
is 'an ignored SIGINT stays ignored' "$(jq -r .error.code "$OUT")" deadline
forget

# The second signal ends it at once; what was written ahead is in the log.
code=0
interrupted INT INT || code=$?
is 'a second signal ends it' $code 4
is 'the step it was in is there' "$(records | jq -r 'select(.step == "slow") | .type' | head -1)" step.intent
exits 'and the log verifies' 0 co-audit verify --dir "$LOG"

# ---- a run that was cut short goes on
jq -c '.plan.steps[1].with.interval = "10ms"' "$TMP/slow" >"$TMP/quick"
exits '--resume of another plan' 1 co-exec --resume $RUN <"$TMP/quick"
is 'says so' "$(jq -r .error.code "$OUT")" other-plan
forget
exits '--resume of a run that never was' 1 co-exec --resume $RUN <"$TMP/quick"
is 'says that, too' "$(jq -r .error.code "$OUT")" unknown-run
exits '--resume of another document' 1 co-exec --resume 01JDBV4K6T5R9M3ZC8Q0W2XNYA <"$TMP/quick"
document "[$(read_step clock time),$(read_step slow cpu '{"interval":"4s"}')]" >"$TMP/cut"
co-exec <"$TMP/cut" >"$OUT" 2>"$ERR" &
pid=$!
await 60 grep -rq '"step":"slow"' "$LOG"
kill -KILL $pid
wait $pid 2>/dev/null
exits '--resume after kill -9' 0 co-exec --resume $RUN <"$TMP/cut"
is 'it is done' "$(jq -r .execution.status "$OUT")" done
is 'the log says that it went on' "$(records | jq -c 'select(.type == "exec.start") | .detail.resumed')" $'null\ntrue'
exits 'what ended is not resumed' 1 co-exec --resume $RUN <"$TMP/cut"
is 'and says so' "$(jq -r .error.code "$OUT")" already-ended
done_testing
