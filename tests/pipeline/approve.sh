#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# co-approve as people and scripts use it: by a key, at a terminal, from elsewhere.
source "$(dirname "$0")/../tap.sh"
cd "$TMP" || exit
G=$TOP/tests/golden/approve/change.json
TTY=$TOP/tests/pipeline/at-terminal.py
NOW=2026-11-23T06:30:00Z
export HOME=$TMP
unset SSH_AUTH_SOCK

for who in alice bob carol dan; do
	ssh-keygen -q -t ed25519 -N '' -C '' -f $who
	echo "$who@example.com namespaces=\"approval@cloudops\" $(cat $who.pub)" >>signers
done
mkdir -p config/cloudops
cat >config/cloudops/config.yaml <<END
approval:
  signers: $TMP/signers
  key: $TMP/bob
  groups: {sre: [bob@example.com, dan@example.com]}
END
forget() { rm -rf "${TMP:?}/state"; }
approve() { co-approve --now $NOW -c "$@"; }
code() { jq -r '.error.code // "none"' "$1"; }
given() { jq '.approvals | length' "$1"; }
statement() { jq -r '.approvals[0].statement' "$1" | base64 -d; }
record() { cat "$TMP"/state/cloudops/audit/*.jsonl 2>/dev/null | jq -r 'select(.type=="approval") | .result'; }

# ---- nothing to approve: passed on, byte for byte
jq -c '.decision = {effect: "permit", reasons: [], approvals_required: 0, approvers: []} | .plan.changes = false' "$G" >read.json
exits 'read-only: passes' 0 approve <read.json
cp "$OUT" passed.json
ok 'read-only: unchanged' cmp passed.json read.json
jq -c '.error = {stage: "co-plan", code: "no-playbook", message: "no"}' "$G" >failed.json
exits 'a document with an error is passed on' 1 approve <failed.json
cp "$OUT" passed.json
ok 'and unchanged' cmp passed.json failed.json

# ---- documents that cannot be approved
refused() { # NAME EXIT CODE JQ-PROGRAM
	jq -c "$4" "$G" >bad.json
	exits "$1: exit $2" "$2" approve --sign bob <bad.json
	is "$1: $3" "$(code "$OUT")" "$3"
	is "$1: nothing was signed" "$(given "$OUT")" 0
}
refused 'no plan' 3 no-plan 'del(.plan)'
refused 'no decision' 3 no-decision 'del(.decision)'
refused 'forbidden' 1 denied '.decision.effect = "forbid"'
refused 'a decision for another plan' 1 stale-decision '.decision.plan = "sha256:00"'
refused 'nobody asked' 1 no-request 'del(.request)'
refused 'an unknown policy' 1 no-policy 'del(.decision.policy)'
refused 'an expired plan' 1 expired '.plan.expires_at = "2026-11-23T06:29:59Z"'
refused 'too late to approve' 1 too-late '.plan.made_at = "2026-11-22T06:29:59Z"'
refused 'approved by who asked' 1 self-approval '.request.by = "bob"'
refused 'not an approver' 1 not-an-approver '.decision.approvers = ["carol@example.com"]'
exits 'no document' 3 approve --sign bob </dev/null
exits 'half a document' 3 approve --sign bob < <(head -c 500 "$G")
exits 'wrong usage' 2 approve --sing bob
exits 'an audience that is none' 2 approve --audience ops1 --sign bob <"$G"
is 'nothing was recorded for any of them' "$(record)" ''

# ---- by a key
exits 'one of two' 0 approve --sign bob <"$G"
cp "$OUT" one.json
like 'it says what is missing' "$(cat "$ERR")" '2 approvals needed, 1 counts'
is 'no error stands in the way of the next' "$(code one.json)" none
is 'it was recorded' "$(record)" approved
exits 'twice by the same person' 1 approve --sign bob <one.json
is 'twice: why' "$(code "$OUT")" duplicate
exits 'two of two' 0 approve --sign carol <one.json
cp "$OUT" two.json
like 'approved' "$(cat "$ERR")" 'co-approve: approved'
exits 'enough: a third is not asked' 0 approve --sign dan <two.json
is 'enough: unchanged' "$(given "$OUT")" 2
is 'the plan was not touched' "$(jq -cS .plan two.json)" "$(jq -cS .plan "$G")"
jq -c '.plan.steps[1].with.body.spec.replicas = 30' two.json >tampered.json
exits 'a changed plan: the approvals are void' 0 approve --approval one.json <tampered.json
like 'a changed plan: it says so' "$(cat "$ERR")" 'another plan, or the plan was changed since'
is 'the statement names who, what and where' \
	"$(statement one.json | jq -c '[.type, .decision, .approver.principal, .requester.by, .audience, .approve_by, .execute_by]')" \
	'["cloudops-approval/1","approve","bob@example.com","alice","alice@ops1","2026-11-24T06:19:00Z","2026-11-24T07:19:00Z"]'
exits 'another audience' 0 approve --sign bob --audience deploy@ci <"$G"
is 'it is in the statement' "$(statement "$OUT" | jq -r .audience)" deploy@ci
exits 'two documents, each on its own' 0 approve --sign bob < <(cat "$G" "$G")
is 'both approved' "$(jq -s 'map(.approvals | length) | add' "$OUT")" 2

# ---- keys that are not a plain file
ssh-keygen -q -t ecdsa -N '' -C '' -f ecdsa
ssh-keygen -q -t ed25519 -N secret -C '' -f locked
for key in ecdsa locked; do echo "bob@example.com $(cat $key.pub)" >$key.signers; done
exits 'ssh-keygen signs for other keys' 0 approve --signers ecdsa.signers --sign ecdsa <"$G"
is 'it did' "$(given "$OUT")" 1
exits 'a passphrase is asked at the terminal' 0 "$TTY" shown -e 'passphrase: =secret' \
	co-approve --now $NOW -c --signers locked.signers --sign locked <"$G"
is 'and serves' "$(given "$OUT")" 1
exits 'a wrong passphrase' 1 "$TTY" shown -e 'passphrase: =guess' \
	co-approve --now $NOW -c --signers locked.signers --sign locked <"$G"
is 'is no signature' "$(code "$OUT")" not-signed
eval "$(ssh-agent -s)" >/dev/null
printf '#!/bin/sh\necho secret\n' >askpass && chmod +x askpass
SSH_ASKPASS=$TMP/askpass SSH_ASKPASS_REQUIRE=force ssh-add -q locked 2>/dev/null
mv locked locked.away
exits 'ssh-agent signs, with no private file' 0 approve --signers locked.signers --sign locked.pub <"$G"
is 'the agent did' "$(given "$OUT")" 1
exits 'the key may be named without .pub' 0 approve --signers locked.signers --sign locked <"$G"
exits 'a key the agent does not have' 1 approve --signers ecdsa.signers --sign ecdsa.pub <"$G"
is 'is no signature either' "$(code "$OUT")" not-signed
kill "$SSH_AGENT_PID"
unset SSH_AUTH_SOCK SSH_AGENT_PID
exits 'a key that is not there' 1 approve --sign nowhere <"$G"
is 'no key' "$(code "$OUT")" no-key
chmod 644 carol
exits 'a private key that others can read' 3 approve --sign carol <"$G"
like 'it says what to do' "$(cat "$ERR")" chmod
chmod 600 carol
chmod 666 signers
exits 'a signers file that others can write' 3 approve --sign bob <"$G"
is 'untrusted' "$(code "$OUT")" untrusted-file
chmod 644 signers
printf '%s\n* %s\n' "$(cat signers)" "$(cat bob.pub)" >wild
exits 'a wildcard in the signers file' 3 approve --signers wild --sign bob <"$G"
like 'names its line' "$(cat "$ERR")" 'wild:5'
exits 'a signers file that is not there' 3 approve --signers gone --sign bob <"$G"

# ---- elsewhere: the statement is mailed, signed, and comes back
approve --statement --by carol@example.com <"$G" >carol.stmt
is 'the statement is one line without end' "$(wc -l <carol.stmt)" 0
ssh-keygen -q -Y sign -f carol -n approval@cloudops carol.stmt 2>/dev/null
exits 'merged: statement and signature' 0 approve --approval carol.stmt <one.json
like 'merged: counted' "$(cat "$ERR")" 'co-approve: approved'
exits 'merged: from a document' 0 approve -a two.json <"$G"
is 'merged: both' "$(given "$OUT")" 2
exits 'merged twice is there once' 0 approve -a one.json -a one.json <one.json
is 'once' "$(given "$OUT")" 1
echo '{"statement": 1}' >garbage
exits 'garbage is not merged' 3 approve -a garbage <"$G"
like 'garbage: where' "$(cat "$ERR")" garbage
cp carol.stmt alone.stmt
exits 'a statement without its signature' 4 approve -a alone.stmt <"$G"
exits 'denied elsewhere' 1 approve --sign dan --deny <"$G"
cp "$OUT" denied.json
forget
exits 'a merged denial ends it' 1 approve -a denied.json -a two.json <"$G"
is 'denied by one, though two approved' "$(code "$OUT")" denied

# ---- denial on this host lasts
exits 'deny' 1 approve --sign carol --deny <one.json
is 'deny: in the document' "$(code "$OUT")" denied
is 'deny: recorded' "$(record)" denied
exits 'the same plan again, from the file before' 1 approve --sign carol <one.json
is 'is refused' "$(code "$OUT")" already-used
like 'and says by what' "$(cat "$ERR")" 'denied at 2026-11-23T06:30:00Z, by run 01JDBV4K6T5R9M3ZC8Q0W2XNYH'
forget

# ---- at the terminal
exits 'no terminal' 1 setsid -w co-approve --now $NOW -c <"$G"
is 'no terminal: code' "$(code "$OUT")" no-terminal
is 'no terminal: nothing signed' "$(given "$OUT")" 0
at_terminal() { # ENDING=ANSWER... ; document on standard input
	local e=() a
	for a; do e+=(-e "$a"); done
	"$TTY" shown "${e[@]}" co-approve --now $NOW -c
}
exits 'the code approves' 0 at_terminal '> ={code}' <"$G"
is 'approved' "$(given "$OUT")" 1
digest=$(statement "$OUT" | jq -r .plan)
like 'the code is of the digest' "$(cat shown)" "type ${digest:7:6}\\."
for text in 'scale web to 3' 'test change x  \[write\]' 'body = \{"spec":\{"replicas":3\}\}' 'test:tag:x' \
	'2 changes, 4 calls, 1 target' 'none: a tag harms nothing' 'until \$\{ \.ready == 3 \} within 120s' \
	'changes need two approvals' 'alice \(uid 1000\) on ops1' 'bob@example.com, with SHA256:'; do
	like "shown: $text" "$(cat shown)" "$text"
done
exits 'anything else leaves it open' 1 at_terminal '> =yes' '"no": =y' '"no": =approve' <"$G"
is 'undecided' "$(code "$OUT")" undecided
exits 'a second try serves' 0 at_terminal '> =yes' '"no": ={code}' <"$G"
exits 'the end of the input is no answer' 1 at_terminal '> =^D' <"$G"
is 'undecided, too' "$(code "$OUT")" undecided
exits 'Ctrl-C ends it' 130 at_terminal '> =^C' <"$G"
is 'with nothing written' "$(cat "$OUT")" ''
exits 'no denies' 1 at_terminal '> =no' <"$G"
is 'denied' "$(code "$OUT") $(statement "$OUT" | jq -r .decision)" 'denied deny'
exits 'and again: not asked' 1 at_terminal '> ={code}' <"$G"
is 'already used' "$(code "$OUT")" already-used
forget

# ---- a laptop: no signers file, the key that `cloudops init` makes
rm config/cloudops/config.yaml
exits 'no key yet' 1 approve <"$G"
like 'it says who makes one' "$(cat "$ERR")" 'cloudops init'
ok 'a key' co-approve --new-key "$TMP/config/cloudops/approval_key"
jq -c --arg u "$(id -un)" --arg h "$(uname -n)" --argjson i "$(id -u)" \
	'.request += {by: $u, uid: $i, host: $h} | .decision += {approvals_required: 1, approvers: [], self_approval: true}' \
	"$G" >own.json
exits 'own plan, own key' 0 at_terminal '> ={code}' <own.json
like 'it counts' "$(cat shown)" 'co-approve: approved'
jq -c '.decision.self_approval = false' own.json >strict.json
exits 'unless policy says otherwise' 1 approve --sign config/cloudops/approval_key <strict.json
is 'self-approval' "$(code "$OUT")" self-approval

# ---- the log cannot be written: nothing is approved
forget
mkdir -p state/cloudops/audit && chmod 777 state/cloudops/audit
exits 'no log, no approval' 4 approve --sign config/cloudops/approval_key <own.json
is 'nothing signed' "$(given "$OUT")" 0
forget
done_testing
