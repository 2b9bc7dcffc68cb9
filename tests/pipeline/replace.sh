#!/usr/bin/env bash
# A stage can be replaced by any program that honours the document, and a document survives honest programs.
. "$(dirname "$0")/../tap.sh"
set -o pipefail

plan() { co-intent "high cpu on this machine" | co-plan; }
digest() { co-policy | jq -r .decision.plan; }
plan >"$TMP/plan.json"
want=$(digest <"$TMP/plan.json")
like 'a plan has a digest' "$want" '^sha256:[0-9a-f]{64}$'

is 'jq -S . keeps the digest' "$(jq -S . "$TMP/plan.json" | digest)" "$want"
is 'python keeps the digest' "$(python3 -c 'import json,sys; json.dump(json.load(sys.stdin), sys.stdout, indent=3)' <"$TMP/plan.json" | digest)" "$want"
is 'node keeps the digest' "$(node -e 'console.log(JSON.stringify(JSON.parse(require("fs").readFileSync(0))))' <"$TMP/plan.json" | digest)" "$want"
for filter in 'jq -S .' "python3 -c 'import json,sys; print(json.dumps(json.load(sys.stdin), sort_keys=True))'" \
	"node -e 'console.log(JSON.stringify(JSON.parse(require(\"fs\").readFileSync(0)), null, 2))'"; do
	ok "co-exec runs a decided plan that went through ${filter%% *}" bash -o pipefail -c "co-policy <'$TMP/plan.json' | $filter | co-exec | jq -e '.execution.status == \"done\"'"
done

ok 'a one-line jq policy stage works' bash -o pipefail -c \
	"jq -c '.decision = {effect: \"permit\", reasons: [{rule: \"mine\", at: \"jq:1\"}], approvals_required: 0, approvers: []}' '$TMP/plan.json' |
	co-exec | jq -e '.execution.status == \"done\"'"
exits 'a jq stage that forbids is obeyed' 1 bash -o pipefail -c \
	"jq -c '.decision = {effect: \"forbid\", reasons: [{rule: \"freeze\", at: \"jq:1\"}], approvals_required: 0, approvers: []}' '$TMP/plan.json' | co-exec"
is 'and nothing ran' "$(jq -r '.execution.status // "none"' "$OUT")" refused

co-policy <"$TMP/plan.json" >"$TMP/decided.json"
for edit in '.plan.goal = "x"' '.plan.steps[0].with.interval = "9s"' '.plan.expires_at = "2099-01-01T00:00:00Z"' '.plan.steps += [.plan.steps[0] | .id = "again"]' \
	'.plan.findings = []' '.plan.permissions = []'; do
	exits "a decided plan is refused after $edit" 1 bash -o pipefail -c "jq -c '$edit' '$TMP/decided.json' | co-exec"
done
exits 'an operation that nobody knows is refused without any decision' 3 bash -c "jq -c '.plan.steps[0].call[2] = \"nothing\"' '$TMP/plan.json' | co-exec"
exits 'an expired plan is refused' 1 bash -c "co-exec --now 2099-01-01T00:00:00Z <'$TMP/plan.json'"
ok 'co-intent | co-plan | co-exec is safe by itself' bash -o pipefail -c 'co-intent "are the clocks of this machine right" | co-plan | co-exec | jq -e ".execution.status == \"done\""'
done_testing
