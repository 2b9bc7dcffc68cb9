#!/usr/bin/env bash
# What the tools really write is valid by the published schema, at every stage, and by an independent validator.
. "$(dirname "$0")/../tap.sh"

cat >"$TMP/valid.py" <<'PYTHON'
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
document = json.load(open(sys.argv[2]))
for section in sys.argv[3:]:
    assert section in document, "no section " + section
errors = list(jsonschema.Draft202012Validator(schema).iter_errors(document))
for error in errors[:5]:
    print("/".join(map(str, error.absolute_path)), error.message[:300])
sys.exit(len(errors) > 0)
PYTHON
valid() { python3 "$TMP/valid.py" "$TOP/lib/run/run.schema.json" "$@"; }

while read -r name sentence; do
	echo "$sentence" | co-intent >"$TMP/intent" 2>"$TMP/intent.err"
	ok "$name: co-intent" valid "$TMP/intent" request intent
	co-plan <"$TMP/intent" >"$TMP/plan"
	ok "$name: co-plan" valid "$TMP/plan" intent plan
	co-policy <"$TMP/plan" >"$TMP/decision"
	ok "$name: co-policy" valid "$TMP/decision" plan decision
	co-exec <"$TMP/decision" >"$TMP/execution"
	ok "$name: co-exec" valid "$TMP/execution" decision execution findings summary
	co-audit <"$TMP/execution" >"$TMP/audit"
	ok "$name: co-audit" valid "$TMP/audit" execution
	is "$name: no stage changed the plan" "$(jq -c .plan "$TMP/audit")" "$(jq -c .plan "$TMP/plan")"
done <<'SENTENCES'
slow why is this machine slow
certificates are any certificates on this machine about to expire
exposed which ports on this machine are open to the world
SENTENCES

echo 'make me a sandwich' | co-intent >"$TMP/error" 2>/dev/null
ok 'an error' valid "$TMP/error" request error
co-plan <"$TMP/error" >"$TMP/passed"
ok 'an error that is passed on' valid "$TMP/passed" error
co-exec --dry-run <"$TMP/decision" >"$TMP/dry"
ok 'a dry run' valid "$TMP/dry" execution
done_testing
