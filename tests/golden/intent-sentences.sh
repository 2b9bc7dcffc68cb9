#!/usr/bin/env bash
# Our own labelled sentences, by class of language, in the form of the public set and scored by its rules. Those in held/
# were written by somebody who knew neither the vocabulary nor the parser, and were not looked at while words were added, nor
# learned from: what they score is what a sentence nobody thought of scores. Once looked at, a set is no longer held back:
# it moves up. The floors are below what was measured; nothing may be dangerous.
. "$(dirname "$0")/../tap.sh"
DATA=$TOP/tests/golden/intent-sentences

score() { # FLOORS FILE...
	local floors=$1
	shift
	cat "$@" >"$TMP/items"
	CLOUDOPS_CONFIG=$VECTORS/intents-inventory.yaml "$DATA/answers.py" "$TMP/items" >"$TMP/answers" &&
		python3 "$VECTORS/intents-score.py" --fail-under "$floors" "$TMP/items" --answers "$TMP/answers"
}

if [ ! -r "$VECTORS/intents-score.py" ] || ! python3 -c 'import yaml' 2>/dev/null; then
	skip 'our own sentences' "no $VECTORS/intents-score.py, or no PyYAML"
	done_testing
	exit
fi
ok 'the public set' score exact=0.97,slots=0.98,time=0.97,abstain=0.95,hostile=0.95,calibrated=0.95,given=0.8 "$VECTORS/intents-dev.jsonl"
sed -n '1,2s/^/# /p' "$OUT"
ok 'the sentences that the vocabulary was made with' score exact=0.97,slots=0.985,time=0.98,abstain=0.9,hostile=0.96,calibrated=0.97,given=0.8 "$DATA"/*.jsonl
sed -n '1,2s/^/# /p' "$OUT"
ok 'the sentences that nobody had looked at' score exact=0.93,slots=0.975,time=0.97,abstain_recall=0.92,hostile=0.9,calibrated=0.95,given=0.78 "$DATA"/held/*.jsonl
sed -n '1,2s/^/# /p' "$OUT"
export CLOUDOPS_CONFIG=$VECTORS/intents-inventory.yaml
ok 'every verb of scaling, with every way to say how far' "$DATA/replicas.py"
sed 's/^/# /' "$OUT"
ok 'every other value, with every verb that sets one' "$DATA/values.py"
sed 's/^/# /' "$OUT"
ok 'no change that is taken back, forbidden or put off is one' "$DATA/turned.py" "$DATA"/*.jsonl
sed 's/^/# /' "$OUT"
ok 'a comment on another thing makes no other change of one' "$DATA/beside.py" "$DATA"/*.jsonl
sed 's/^/# /' "$OUT"
done_testing
