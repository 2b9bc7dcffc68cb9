#!/usr/bin/env bash
# What co-plan --permissions writes is what the platforms take, and as little as the plan needs.
. "$(dirname "$0")/../tap.sh"

export CLOUDOPS_PLAYBOOKS=$TMP/playbooks
mkdir -p "$TMP/playbooks/aws" "$TMP/playbooks/kubernetes" "$TMP/config/cloudops"
cat >"$TMP/playbooks/aws/aws-stop.yaml" <<'END'
playbook: aws-stop
version: 1
title: Stop an instance
changes: true
match: {verb: [remediate], action: [stop], subject: [instance], provider: [aws]}
params: {id: {type: string, default: i-0123456789abcdef0}}
steps:
  - id: before
    call: aws ec2 DescribeInstances
    with: {InstanceIds: ["${ $params.id }"]}
  - id: stop
    call: aws ec2 StopInstances
    with: {InstanceIds: ["${ $params.id }"]}
    require: ["${ ($steps.before.Reservations | length) == 1 }"]
    verify: {call: aws ec2 DescribeInstances, with: {InstanceIds: ["${ $params.id }"]}, until: "${ true }", within: 60s}
    undo: {call: aws ec2 StartInstances, with: {InstanceIds: ["${ $params.id }"]}}
findings: []
END
cat >"$TMP/playbooks/kubernetes/pods.yaml" <<'END'
playbook: pods
version: 1
title: Pods and nodes
match: {verb: [inspect], subject: [pod], provider: [kubernetes]}
steps:
  - {id: nodes, call: kubernetes list nodes}
  - {id: pods, call: kubernetes list pods, with: {namespace: "shop: x"}}
  - {id: scale, call: kubernetes get deployments/scale, with: {namespace: "shop: x", name: web}}
findings: []
END
co-intent "is the disk full on this host" >"$TMP/intent.json"
permissions() { co-plan --playbook "$1" --permissions <"$TMP/intent.json"; }

ok 'an IAM policy for a change' permissions aws-stop
cp "$OUT" "$TMP/policy.json"
is 'its statements' "$(jq -c '.Statement[] | [.Action, .Resource]' "$TMP/policy.json")" \
	'[["ec2:DescribeInstances"],"*"]
[["ec2:StartInstances"],["arn:aws:ec2:*:*:instance/i-0123456789abcdef0","arn:aws:license-manager:*:*:license-configuration:*"]]
[["ec2:StopInstances"],["arn:aws:ec2:*:*:instance/i-0123456789abcdef0"]]'
is 'the same bytes again' "$(permissions aws-stop | sha256sum)" "$(sha256sum <"$TMP/policy.json")"
if python3 -c 'import moto.iam.policy_validation' 2>/dev/null; then
	ok 'moto takes it as a policy' python3 -c 'import sys
from moto.iam.policy_validation import IAMPolicyDocumentValidator
IAMPolicyDocumentValidator(sys.stdin.read()).validate()' <"$TMP/policy.json"
else
	skip 'moto takes it as a policy' 'moto is not installed'
fi

ok 'roles for a cluster' permissions pods
is 'which are YAML' "$(python3 -c 'import json, sys, yaml
for role in yaml.safe_load_all(sys.stdin):
    print(role["kind"], role["metadata"].get("namespace"), role["metadata"]["name"], json.dumps(role["rules"], sort_keys=True))' <"$OUT")" \
	'ClusterRole None cloudops-pods [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["list"]}]
Role shop: x cloudops-pods [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}, {"apiGroups": ["apps"], "resourceNames": ["web"], "resources": ["deployments/scale"], "verbs": ["get"]}]'

unset CLOUDOPS_PLAYBOOKS
is 'others are lines' "$(co-plan --permissions <"$TMP/intent.json")" 'local:read:disk'
done_testing
