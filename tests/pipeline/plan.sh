#!/usr/bin/env bash
# co-plan as a stage, a list and a linter, over the shipped playbooks. Cases of planning itself are in tests/golden/plan/.
. "$(dirname "$0")/../tap.sh"
set -o pipefail
export HOME=$TMP
cd "$TMP" || exit 1

intent() { # SUBJECT [VERB]
	jq -nc --arg s "$1" --arg v "${2-investigate}" '{co: "run/1", id: "01JDBV4K6T5R9M3ZC8Q0W2XNYH",
		request: {text: "x", by: "alice", uid: 1000, host: "h", at: "2026-11-23T06:18:59Z", via: "pipe"},
		intent: {verb: $v, subject: $s, target: {}, parameters: {}, constraints: [], confidence: 90,
			parser: {kind: "rules", version: 1}}}'
}

exits 'every shipped playbook is sound, jq and all' 0 co-plan --check
exits 'they are listed for programs' 0 co-plan --list
is 'as one object a line' "$(jq -r .playbook "$OUT" | sort)" "$(cd "$TOP/playbooks" && ls */*.yaml | sed 's,.*/,,; s,\.yaml$,,' | sort)"
exits 'and for people' 0 co-plan --list --pretty
like 'with what they match' "$(cat "$OUT")" 'local-slow  .*investigate.* latency'

cat >"$TMP/inventory.yaml" <<'END'
environments:
  here:
    aws: [{account: "123456789012", name: own, regions: [eu-west-1]}]
    kubernetes: [{context: own}]
    prometheus: [{url: "https://prometheus.example.test"}]
END
export CLOUDOPS_CONFIG=$TMP/inventory.yaml
for playbook in "$TOP"/playbooks/*/*.yaml; do
	name=$(basename "$playbook" .yaml)
	ok "$name can be planned by name" bash -o pipefail -c "echo '$(intent nothing)' | co-plan --playbook '$name' | jq -e '.plan.playbook.name == \"$name\"'"
done
unset CLOUDOPS_CONFIG
while read -r subject name; do
	is "$subject is looked at by $name" "$(intent "$subject" | co-plan | jq -r .plan.playbook.name)" "$name"
done <<'END'
latency local-slow
cpu local-high-cpu
memory local-memory
oom local-memory
disk local-disk-full
storage local-io
service-unit local-failed-units
network local-network
dns local-network
certificate local-certificates
public-exposure local-exposed-services
clock local-clock
END

exits 'each document of a stream is planned on its own' 1 bash -c "(echo '$(intent cpu)'; echo '$(intent nothing)'; echo '$(intent disk)') | co-plan -c"
is 'the good ones too' "$(jq -r '.plan.playbook.name // .error.code' "$OUT" | tr '\n' ' ')" 'local-high-cpu no-playbook local-disk-full '
exits 'an operand is no document' 2 co-plan plan.json
exits 'an empty pipe is an error' 3 co-plan </dev/null
exits 'so is half a document' 3 bash -c "echo '$(intent cpu)' | head -c 100 | co-plan"
exits 'and one that holds what it should not' 3 bash -c "echo '$(intent cpu)' | jq -c '.plan = {}' | co-plan"
exits 'a full disk is not silence' 4 bash -c "echo '$(intent cpu)' | co-plan >/dev/full"
exits 'nor is a closed output' 4 bash -c "echo '$(intent cpu)' | co-plan >&-"

mkdir mine
printf 'playbook: mine\nversion: 1\ntitle: T\nmatch: {verb: investigate, subject: clock, provider: local}\nsteps: [{id: a, call: local read nothing}]\n' >mine/mine.yaml
exits 'a playbook that is wrong is no matter until it is used' 0 bash -c "echo '$(intent cpu)' | CLOUDOPS_PLAYBOOKS=$TMP/mine co-plan"
exits 'then it is refused' 3 bash -c "echo '$(intent clock)' | CLOUDOPS_PLAYBOOKS=$TMP/mine co-plan --playbook mine"
is 'in the document, too' "$(jq -r .error.code "$OUT")" unknown-operation
like 'with its place' "$(cat "$ERR")" 'mine/mine\.yaml:5:17: unknown operation'
printf 'playbook: local-clock\nversion: 9\ntitle: Mine\nmatch: {verb: investigate, subject: clock, provider: local}\nsteps: [{id: a, call: local read time}]\n' >mine/local-clock.yaml
rm mine/mine.yaml
is 'an earlier directory wins' "$(intent clock | CLOUDOPS_PLAYBOOKS=$TMP/mine co-plan | jq -r .plan.playbook.version)" 9
cp mine/local-clock.yaml mine/other.yaml
exits 'a file of another name than its playbook is refused' 3 bash -c "echo '$(intent cpu)' | CLOUDOPS_PLAYBOOKS=$TMP/mine co-plan"

# The example of the manual page is sound, and jq's own errors are found.
sed -n '/^playbook: full-disks/,/^\.Ed/p' "$TOP/man/co-playbook.5" | sed '/^\.Ed/,$d; s/\\\&//g; s/\\e/\\/g' >full-disks.yaml
exits 'the example of co-playbook(5) is sound' 0 co-plan --check full-disks.yaml
sed -i 's/select(/selekt(/' full-disks.yaml
exits 'and with a slip in it, it is not' 3 co-plan --check full-disks.yaml
like 'in the words of jq, with the line' "$(cat "$ERR")" '^co-plan: full-disks\.yaml:[0-9]+:[0-9]+: jq: selekt/1 is not defined'
done_testing
