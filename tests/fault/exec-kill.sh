#!/usr/bin/env bash
# kill -9 of co-exec at random points: no acknowledged record is lost, torn or duplicated, every call that
# was written ahead is there, and the log verifies. KILLS says how many (default 500).
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../plan.sh"
KILLS=${KILLS:-500}
FAULT=$TOP/tests/fault
export CLOUDOPS_AUDIT=$TMP/log

document "[$(read_step clock time),$(read_step log kernel-log '{}' '{"optional":true}'),$(read_step after time '{}' '{"needs":["clock"]}')]" >"$TMP/document"
ok "co-exec, killed $KILLS times" env SPAN=0.06 "$FAULT/kill.py" "$KILLS" "$TMP/log" "$TMP/document" co-exec --quiet
sed -n 's/^\([0-9]* kills.*\)/# \1/p' "$OUT"
ok 'its log verifies' co-audit verify --all --dir "$TMP/log"
cat "$TMP"/log/*.jsonl >"$TMP/records"
like 'runs were cut short between a step and its result' \
	"$(jq -rs 'group_by(.run)[] | [(map(select(.type == "step.intent")) | length), (map(select(.type == "step.result")) | length)]
		| select(.[0] > .[1]) | "open"' "$TMP/records" | sort | uniq -c)" '[1-9][0-9]* open'

# Three at once, on a log of their own.
together() {
	local seed failed=0
	export CLOUDOPS_AUDIT=$TMP/shared
	for seed in 2 3 4; do
		SEED=$seed SPAN=0.2 "$FAULT/kill.py" $((KILLS / 10)) "$TMP/shared" "$TMP/document" co-exec --quiet >"$TMP/together.$seed" &
	done
	for seed in 2 3 4; do wait -n || failed=1; done
	cat "$TMP"/together.*
	return $failed
}
ok 'three at once, killed' together
sed -n 's/^\([0-9]* kills.*\)/# \1/p' "$OUT"
ok 'their log verifies' co-audit verify --all --dir "$TMP/shared"
done_testing
