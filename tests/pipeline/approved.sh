#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What co-exec makes of approvals: real plans over this host, under a policy that demands two.
source "$(dirname "$0")/../tap.sh"
cd "$TMP" || exit
for tool in co-intent co-plan co-policy co-exec; do
	[ -x "$BIN/$tool" ] || { skip 'approved plans' "$tool is not built"; done_testing; exit; }
done
export HOME=$TMP
unset SSH_AUTH_SOCK

for who in bob carol dan erin "$(id -un)"; do
	ssh-keygen -q -t ed25519 -N '' -C '' -f "key-$who"
	[ "$who" = erin ] || echo "$who namespaces=\"approval@cloudops\" $(cat "key-$who.pub")" >>signers
done
mkdir -p config/cloudops
cat >config/cloudops/config.yaml <<END_
approval: {signers: $TMP/signers, groups: {sre: [bob, carol, dan]}}
policy: {files: [policy.yaml]}
END_
cat >config/cloudops/policy.yaml <<END_
policy: 1
rules:
  - {rule: ask-two, effect: approve, approvals: 2, approvers: "@sre"}
END_

plan() { co-intent 'how much memory is used on this machine' | co-plan | co-policy; }
approve() { # DOCUMENT WHO... ; the approvers are on other machines: their uid is not the requester's
	local doc=$1 who
	shift
	cp "$doc" step.json
	for who; do
		rm -f stmt stmt.sig
		co-approve --statement --by "$who" <step.json >stmt
		ssh-keygen -q -Y sign -f "key-$who" -n approval@cloudops stmt 2>/dev/null
		co-approve -c --approval stmt <step.json >next.json 2>/dev/null
		mv next.json step.json
	done
	cat step.json
}
refused() { # NAME CODE TEXT ; document on standard input
	exits "$1" 1 co-exec -c
	is "$1: $2" "$(jq -r .error.code "$OUT")" "$2"
	like "$1: why" "$(jq -r .error.message "$OUT")" "$3"
	is "$1: nothing ran" "$(jq '[.execution.steps[]? | select(.status == "done")] | length' "$OUT")" 0
}

plan >plan.json
is 'policy demands two' "$(jq -c '.decision | [.effect, .approvals_required]' plan.json)" '["approve",2]'
refused 'none' not-approved '2 approvals needed, 0 count' <plan.json
approve plan.json bob >one.json
refused 'one' not-approved '2 approvals needed, 1 counts' <one.json
approve plan.json bob carol >two.json

# ---- the document cannot talk itself free
refused 'permitted by itself' not-approved '2 approvals needed' < <(jq -c '.decision.approvals_required = 0 | .decision.effect = "permit"' plan.json)
refused 'only one demanded by itself' not-approved '2 approvals needed, 1 counts' < <(jq -c '.decision.approvals_required = 1' one.json)
refused 'no decision' not-approved '2 approvals needed, 1 counts' < <(jq -c 'del(.decision)' one.json)
refused 'the same one twice' not-approved 'approved already' < <(jq -c '.approvals += .approvals' one.json)
jq -c '.plan.steps[0].id += "x" | del(.decision)' two.json >changed.json
[ "$(jq -c .plan changed.json)" != "$(jq -c .plan two.json)" ] && pass 'the plan was changed' || fail 'the plan was changed'
refused 'a changed plan' not-approved 'another plan, or the plan was changed' <changed.json
refused 'a changed plan with its old decision' stale-decision 'another plan' < <(jq -c '.plan.goal += "!"' two.json)
refused 'another requester' not-approved 'another requester' < <(jq -c '.request.by = "mallory"' two.json)
jq -c '.decision.policy = "sha256:00"' two.json >policy.json
exits 'another policy named by the document changes nothing' 0 co-exec -c --dry-run <policy.json

# ---- who does not count
approve one.json erin >erin.json
refused 'a stranger' not-approved 'gives no such key' <erin.json
approve one.json "$(id -un)" >self.json
refused 'who asked and executes' not-approved 'may not approve' <self.json
sed '/^carol/d' signers >fewer && cp signers all && cp fewer signers
refused 'a signer who was removed since' not-approved 'gives no such key' <two.json
cp all signers
sed -i 's/approvals: 2/approvals: 3/' config/cloudops/policy.yaml
refused 'a policy that was changed since' not-approved 'another policy' <two.json
sed -i 's/approvals: 3/approvals: 2/' config/cloudops/policy.yaml
sed -i 's/"@sre"/dan/' config/cloudops/policy.yaml
refused 'approvers that were changed since' denied 'denied by ask-two' <two.json
sed -i 's/approvers: dan/approvers: "@sre"/' config/cloudops/policy.yaml
printf '\n* %s\n' "$(cat key-erin.pub)" >>signers
exits 'a wildcard in the signers file: nothing runs' 3 co-exec -c <two.json
cp all signers
chmod 666 signers
exits 'a signers file that others can write: nothing runs' 3 co-exec -c <two.json
chmod 644 signers

# ---- later
later=$(date -u -d '+2 hours' +%FT%TZ)
exits 'an expired plan' 1 co-exec -c --now "$later" <two.json

# ---- denied
co-approve --statement --deny --by dan <two.json >no && ssh-keygen -q -Y sign -f key-dan -n approval@cloudops no 2>/dev/null
co-approve -c --approval no <two.json >denied.json 2>/dev/null
refused 'denied by one, approved by two' denied '"dan" denied this plan' < <(jq -c 'del(.error)' denied.json)

# ---- once
for i in 1 2 3 4 5 6; do co-exec -c <two.json >"run.$i" 2>/dev/null & done
wait
is 'six at once: one runs' "$(cat run.? | jq -r '.execution.status // "none"' | sort | uniq -c | tr -s ' ' | tr '\n' ';')" ' 1 done; 5 refused;'
is 'the others say why' "$(cat run.? | jq -r 'select(.error) | .error.code' | sort -u)" already-used
refused 'and never again' already-used 'executed at' <two.json
refused 'nor with other approvals' already-used 'executed at' < <(approve plan.json carol dan)
is 'the log tells of the use' "$(cat state/cloudops/audit/*.jsonl | jq -r 'select(.type == "approval.used") | .result' | sort -u)" used
plan >plan2.json
approve plan2.json dan bob >again.json
exits 'a new plan, approved anew' 0 co-exec -c <again.json
is 'is done' "$(jq -r .execution.status "$OUT")" done

# ---- the document is anybody's JSON on its way
plan >plan3.json
approve plan3.json bob carol | jq -S . | python3 -c 'import json,sys; print(json.dumps(json.load(sys.stdin), indent=7))' >travelled.json
exits 'approved, re-written by jq and Python' 0 co-exec -c <travelled.json
ok 'the log verifies' co-audit verify
done_testing
