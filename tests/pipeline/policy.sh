#!/usr/bin/env bash
# co-policy as a stage, as a linter and as a test runner.
. "$(dirname "$0")/../tap.sh"
set -o pipefail
export HOME=$TMP
cd "$TMP" || exit 1

intent() { # SUBJECT [VERB]
	jq -nc --arg s "$1" --arg v "${2-investigate}" '{co: "run/1", id: "01JDBV4K6T5R9M3ZC8Q0W2XNYH",
		request: {text: "x", by: "'"$(id -un)"'", uid: 0, host: "h", at: "2026-11-23T06:18:59Z", via: "pipe"},
		intent: {verb: $v, subject: $s, target: {provider: "local"}, parameters: {}, constraints: [], confidence: 90,
			parser: {kind: "rules", version: 1}}}'
}
intent clock | co-plan --now 2026-11-23T06:19:00Z >plan.json

exits 'a plan of reads is permitted' 0 co-policy <plan.json
is 'and the document says why' "$(jq -c '.decision | [.effect, .reasons, .approvals_required, .approvers]' "$OUT")" \
	'["permit",[{"rule":"reads","at":"built-in"}],0,[]]'
cp "$OUT" decided.json
want=sha256:$(jq -cSj .plan plan.json | sha256sum | cut -d' ' -f1)
is 'it carries the digest of the plan in RFC 8785 form' "$(jq -r .decision.plan decided.json)" "$want"
is 'and changes no other section' "$(jq -cS 'del(.decision)' decided.json)" "$(jq -cS . plan.json)"
sed -n '/^policy: 1/,/^\.Ed/p' "$TOP/man/co-policy.5" | sed '/^\.Ed/,$d' >built-in.yaml
is 'the built-in policy is what its manual page shows' "$(co-policy --policy built-in.yaml <plan.json | jq -r .decision.policy)" \
	"$(jq -r .decision.policy decided.json)"

cat >freeze.yaml <<'END'
policy: 1
rules:
  - rule: reads
    effect: permit
    when: {access: [list, read]}
  - rule: freeze
    effect: forbid
    because: nothing runs today
    when: {playbook: "local-*"}
END
exits 'a plan that is forbidden exits 1' 1 co-policy --policy freeze.yaml <plan.json
is 'with the decision and the error' "$(jq -c '[.decision.effect, .decision.reasons[0].rule, .decision.reasons[0].at, .error.stage, .error.code]' "$OUT")" \
	'["forbid","freeze","freeze.yaml:6","co-policy","denied"]'
like 'and says so' "$(cat "$ERR")" '^co-policy: denied by freeze for step [a-z_]+: nothing runs today \(freeze\.yaml:6\)'
cp "$OUT" denied.json
exits 'co-exec refuses it' 1 co-exec <denied.json
is 'and a denied document passes on unchanged' "$(co-policy <denied.json | jq -cS .)" "$(jq -cS . denied.json)"
is 'the order of files does not matter, not even for the digest' \
	"$(co-policy --policy freeze.yaml --policy built-in.yaml <plan.json 2>"$ERR" | jq -r .decision.policy)" \
	"$(co-policy --policy built-in.yaml --policy freeze.yaml --policy freeze.yaml <plan.json 2>"$ERR" | jq -r .decision.policy)"
exits 'two documents are decided one by one' 0 bash -c 'cat plan.json plan.json | co-policy -c'
is 'into two lines' "$(wc -l <"$OUT")" 2

cat >approve.yaml <<'END'
policy: 1
rules: [{rule: ask, effect: approve, approvals: 2, approvers: ["bob@example.com", "amy@example.com"]}]
END
exits 'a plan that must be approved exits 0' 0 co-policy --explain --policy approve.yaml <plan.json
is 'and names how many and who' "$(jq -c '.decision | [.effect, .approvals_required, .approvers]' "$OUT")" \
	'["approve",2,["amy@example.com","bob@example.com"]]'
like 'also in words' "$(cat "$ERR")" '^needs 2 approvals by amy@example.com, bob@example.com'
exits 'co-exec runs nothing without them' 1 bash -c 'co-policy --policy approve.yaml <plan.json | co-exec'
printf 'policy: {files: [%s/approve.yaml]}\n' "$TMP" >config.yaml
exits 'with the policy configured, co-exec asks whatever the document says' 1 bash -c \
	'jq -c ".decision = {effect: \"permit\"}" plan.json | CLOUDOPS_CONFIG=config.yaml co-exec'
is 'and ran nothing' "$(jq -r '.execution.status // .error.code' "$OUT" | grep -c done)" 0

# Tampered plans.
for edit in '.plan.steps[0].access = "write"' '.plan.steps[0].call[2] = "tiem"' '.plan.steps[0].call[0] = "lunar"' '.plan.steps[0].call = ["local"]' \
	'.plan.steps[0].target = {host: "db-1", environment: "prod"} | .plan.steps[0].call[2] = "x"'; do
	exits "denied: $edit" 1 bash -c "jq -c '$edit' plan.json | co-policy"
	is 'and named' "$(jq -r '.decision.effect' "$OUT")" forbid
done

# Policies that are none.
chmod 666 freeze.yaml
exits 'a file that others may write decides nothing' 3 co-policy --policy freeze.yaml <plan.json
is 'and writes nothing' "$(cat "$OUT")" ''
like 'but says what to do' "$(cat "$ERR")" 'freeze.yaml.*chmod'
exits 'a file that is not there' 3 co-policy --policy nowhere.yaml <plan.json
printf 'policy: 1\nrules:\n  - rule: a\n    effekt: permit\n' >wrong.yaml
exits 'a file with a mistake' 3 co-policy --policy wrong.yaml <plan.json
like 'is named with line and column' "$(cat "$ERR")" '^co-policy: wrong\.yaml:4:5: unknown key "effekt" in rule .*did you mean "effect"'
exits '--check finds it too' 3 co-policy --check built-in.yaml wrong.yaml
exits '--check takes a good one' 0 co-policy --check built-in.yaml approve.yaml
exits '--check needs a file' 2 co-policy --check
exits 'a word that is none' 2 co-policy tset x.yaml
exits 'a document without a plan' 3 bash -c "jq -c 'del(.plan)' plan.json | co-policy"
exits 'an empty pipe' 3 co-policy </dev/null

# The smallest change that would flip it.
cat >prod-only.yaml <<'END'
policy: 1
rules:
  - {rule: prod, effect: permit, when: {environment: prod}}
  - {rule: office, effect: permit, when: {hours: [{days: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00"}]}}
END
co-policy --explain --policy prod-only.yaml --now 2026-11-22T12:00:00Z <plan.json >"$OUT" 2>"$ERR"
like 'another environment would' "$(cat "$ERR")" 'would be permitted in environment prod'
like 'and so would Monday morning' "$(cat "$ERR")" 'would be permitted from 2026-11-23T09:00:00Z'
exits 'and there it is' 0 co-policy --policy prod-only.yaml --now 2026-11-23T09:00:00Z <plan.json
exits 'until it ends' 1 co-policy --policy prod-only.yaml --now 2026-11-23T17:00:00Z <plan.json

# Tables of tests.
cat >cases.yaml <<'END'
policy: prod-only.yaml
tests:
  - {test: production, calls: local read cpu, environment: prod, now: "2026-11-22T12:00:00Z", expect: permit, rule: prod}
  - {test: at work, calls: local read cpu, environment: dev, now: "2026-11-23T09:00:00Z", expect: permit, rule: office}
  - {test: at night, calls: local read cpu, environment: dev, now: "2026-11-23T03:00:00Z", expect: forbid, rule: default-deny}
  - {test: unknown, calls: local read nothing, environment: prod, expect: forbid, rule: unknown-operation}
END
exits 'tests that hold' 0 co-policy test cases.yaml
is 'are told one by one' "$(grep -c '^ok ' "$OUT")" 4
sed -i 's/expect: permit, rule: office/expect: forbid/' cases.yaml
exits 'a test that does not' 1 co-policy test cases.yaml
like 'is shown with what was decided' "$(cat "$OUT")" $'FAILED  at work\n    expected forbid, decided permit by office \(prod-only.yaml:4\)'
sed -i '/at work/d' cases.yaml
exits 'a rule that no test looks at' 1 co-policy test cases.yaml
like 'is named' "$(cat "$OUT")" 'UNUSED  rule office \(prod-only.yaml:4\) decided no test'
printf 'tests:\n  - {test: x, calls: local read cpu, expext: permit}\n' >wrong.yaml
exits 'a table with a mistake' 3 co-policy test wrong.yaml
exits 'a table that is not there' 3 co-policy test nowhere.yaml
exits 'no table' 2 co-policy test
done_testing
