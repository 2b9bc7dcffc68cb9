#!/usr/bin/env bash
# What is asked about AWS is planned with the playbook of aws-plan.txt; where there is no inventory, for the caller's own credentials.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
unset AWS_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID
export CLOUDOPS_CONFIG=$TOP/tests/golden/aws/company.yaml
chmod go-w "$CLOUDOPS_CONFIG"

while IFS=$'\t' read -r playbook sentence; do
	is "$sentence" "$(co-intent --now 2026-11-23T06:00:00Z "$sentence" 2>/dev/null | co-plan --now 2026-11-23T06:00:00Z 2>&1 | jq -r '.plan.playbook.name // .error.message')" "$playbook"
done <"$TOP/tests/golden/aws-plan.txt"

plan() { co-plan --now 2026-11-23T06:00:00Z -c --playbook "$@" <<<'{"co":"run/1","id":"01JDBV4K6T5R9M3ZC8Q0W2XNYH"}' 2>"$ERR"; }
targets() { jq -c '[.plan.steps[].target] | unique'; }
is 'IAM is asked once an account' "$(plan aws-iam-hygiene | jq -r '[.plan.steps[].target.name] | unique | join(" ")')" 'lark-data lark-payer lark-prod'
is 'EC2 in every region' "$(plan aws-encryption | jq -r '[.plan.steps[].target.name] | unique | join(" ")')" \
	'lark-data/eu-central-1 lark-data/eu-west-1 lark-payer/us-east-2 lark-prod/eu-central-1 lark-prod/us-east-1'

is 'what is asked of Cost Explorer costs' "$(plan aws-cost-change | jq -r '.plan | ([.steps[] | select(.call[1] == "ce")] | length), .estimate.cost_usd' | paste -sd' ')" '27 0.27'
is 'and nothing of EC2' "$(plan aws-encryption | jq -r .plan.estimate.cost_usd)" 0.00
plan aws-cost-change | jq '.plan.estimate.cost_usd = "0.02"' >"$TMP/cheap"
exits 'a plan that makes itself cheaper is refused' 3 co-exec --dry-run <"$TMP/cheap"
is 'saying where' "$(jq -r '.error | .code, .path' "$OUT" | paste -sd' ')" 'wrong-cost /plan/estimate/cost_usd'

# Without an AWS account in the inventory: as AWS's own tools.
export CLOUDOPS_CONFIG=$TOP/tests/golden/aws/none.yaml
chmod go-w "$CLOUDOPS_CONFIG"
is 'no inventory: the default credentials' "$(plan aws-iam-hygiene | targets)" '[{"environment":"default","partition":"aws","name":"default"}]'
is 'a profile and a region of the environment' "$(AWS_PROFILE=work AWS_REGION=eu-west-1 plan aws-encryption | targets)" \
	'[{"environment":"default","profile":"work","region":"eu-west-1","partition":"aws","name":"work"}]'
is 'keys in the environment count before the profile' "$(AWS_PROFILE=work AWS_ACCESS_KEY_ID=x AWS_DEFAULT_REGION=cn-north-1 plan aws-encryption | targets)" \
	'[{"environment":"default","region":"cn-north-1","partition":"aws-cn","name":"default"}]'
say() { co-intent --now 2026-11-23T06:00:00Z "$1" 2>/dev/null | co-plan --now 2026-11-23T06:00:00Z 2>"$ERR"; }
is 'a region that is said' "$(AWS_REGION=eu-west-1 say 'what is unencrypted in aws us-east-2' | targets)" '[{"environment":"default","region":"us-east-2","partition":"aws","name":"default"}]'
is 'an account that nothing is known of' "$(say 'who is admin in aws account 111122223333' | jq -r .error.code)" no-target
like 'says what to do' "$(cat "$ERR")" 'describe it under environments'

# 5,000 security groups are read and judged in a time that nobody minds.
python3 - "$TOP" >"$TMP/many.json" <<'END'
import json
groups = [{"GroupId": f"sg-{i:017x}", "GroupName": f"g{i}", "OwnerId": "111122223333", "VpcId": "vpc-1", "Tags": [], "IpPermissions": [
    {"IpProtocol": "tcp", "FromPort": p, "ToPort": p, "IpRanges": [{"CidrIp": "0.0.0.0/0" if i % 500 == 0 and p == 22 else "10.0.0.0/8"}], "Ipv6Ranges": [], "PrefixListIds": [],
     "UserIdGroupPairs": []} for p in (22, 443, 5432)], "IpPermissionsEgress": []} for i in range(5000)]
interfaces = [{"NetworkInterfaceId": f"eni-{i}", "Groups": [{"GroupId": f"sg-{i:017x}"}], "Attachment": {"InstanceId": f"i-{i:017x}"}, "Association": {"PublicIp": "3.1.2.3"}} for i in range(0, 5000, 2)]
print(json.dumps({"steps": {"groups": {"SecurityGroups": groups}, "interfaces": {"NetworkInterfaces": interfaces}}}))
END
mkdir -p "$TMP/aws-security-groups-open" && mv "$TMP/many.json" "$TMP/aws-security-groups-open/"
started=$SECONDS
python3 "$TOP/tests/golden/aws/playbooks.py" "$TMP/aws-security-groups-open/many.json" document >"$OUT" 2>"$ERR"
is '5,000 groups: those that are open' "$(jq '.findings | length' "$OUT")" 10
ok 'in less than 30 s, on a busy machine' test $((SECONDS - started)) -lt 30
done_testing
