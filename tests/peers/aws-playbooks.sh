#!/usr/bin/env bash
# timeout: 900
# The AWS playbooks on an AWS that verifies signatures and evaluates policies (moto behind front.py): an account in which
# nothing is wrong, one in which much is, with exactly the permissions that co-plan prints, and with each of them taken away.
# REMOVALS=all looks at the tidy account with every playbook, and takes every permission away in turn; without it,
# with the one that includes the others' reads, and every fifteenth.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/peers/aws/lib.sh"

missing=$(aws_missing)
if [ -n "$missing" ]; then
	skip 'AWS playbooks on an AWS' "$missing"
	done_testing
	exit
fi

# What moto lacks: these playbooks have recorded answers only, and these steps fail with 501 or 404.
LACKING='aws-cost-commitments aws-quota aws-what-changed'
EMPTY='{"co":"run/1","id":"01JDBV4K6T5R9M3ZC8Q0W2XNYH"}'
declare -A FOUND=(
	[aws-alarms]='alarm-rings alarm-silent'
	[aws-audit-trail]='no-config no-flow-logs no-guardduty trail-stopped trail-weak'
	[aws-cost-change]='bill-change'
	[aws-cost-idle]='gp2-volumes idle-addresses stopped-instances unattached-volumes'
	[aws-ecs-service]='service-short'
	[aws-encryption]='databases-not-encrypted default-off filesystems-not-encrypted snapshots-not-encrypted volumes-not-encrypted'
	[aws-iam-hygiene]='admin-policies password-policy roles-anybody-may-assume root-mfa users-without-mfa'
	[aws-instance-health]=''
	[aws-lambda-errors]='function-fails'
	[aws-load-balancer-errors]='errors no-targets'
	[aws-log-retention]='kept-for-ever'
	[aws-public-databases]='database-public disk-shared'
	[aws-public-storage]='bucket-public'
	[aws-rds-health]='busy no-backups storage-low'
	[aws-secrets-rotation]='keys-not-rotated'
	[aws-security-groups-open]='open-to-internet'
)

start_world() { # FAULTS...: a fresh account, and a user without rights
	start_front
	as_root python3 "$AWS_HERE/faults.py" eu-west-1 "$@"
	read -r KEY SECRET < <(make_user exact '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:GetCallerIdentity","Resource":"*"}]}')
	export AWS_ACCESS_KEY_ID=$KEY AWS_SECRET_ACCESS_KEY=$SECRET
	front 'strict?on=1'
}
plan() { co-plan --playbook "$1" <<<"$EMPTY" >"$TMP/plan"; }
permissions() { co-plan --playbook "$1" --permissions <<<"$EMPTY"; }
allow() { # PLAYBOOK: gives the user the permissions that are printed, and no other
	front 'strict?on=0'
	as_root aws iam put-user-policy --user-name exact --policy-name test --policy-document "$(permissions "$1")"
	front 'strict?on=1'
}
play() { co-exec <"$TMP/plan" >"$TMP/run" 2>"$ERR"; }
found() { jq -r '[.findings[].id] | unique | join(" ")' "$TMP/run"; }
unseen() { jq -r '.summary.text[] | select(startswith("not seen: "))' "$TMP/run"; }
# What was not seen for another reason than that moto has no such operation.
refused() { unseen | grep -vE '501: |404: |GetPublicAccessBlock in .* s3:GetObject' || :; }

cat >"$TMP/inventory.yaml" <<'END'
environments: {test: {aws: [{account: "123456789012", name: main, regions: [eu-west-1]}]}}
END
chmod 600 "$TMP/inventory.yaml"
export CLOUDOPS_CONFIG=$TMP/inventory.yaml

# Nothing but what moto itself brings: a root user without a second factor, and plain snapshots of its images that it calls ours.
start_world tidy
if [ "${REMOVALS-}" = all ]; then tidy=("${!FOUND[@]}"); else tidy=(aws-risky-resources); fi
for name in "${tidy[@]}"; do
	plan "$name" && allow "$name"
	play
	is "$name: a tidy account gives nothing to get up for" "$(jq -r '[.findings[] | select(.severity != "info" and (.id | IN("root-mfa", "snapshots-not-encrypted", "disk-shared") | not)) | .id] | unique | join(" ")' "$TMP/run")" ''
done
aws_stop

start_world
for name in "${!FOUND[@]}"; do
	plan "$name" && allow "$name"
	exits "$name: runs with exactly the permissions that are printed" 0 play
	is "$name: all is seen that moto has" "$(refused)" ''
	is "$name: finds what is wrong" "$(found)" "${FOUND[$name]}"
done
is 'and not that which moto lacks' "$(comm -3 <(printf '%s\n' "${!FOUND[@]}" | sort) <(for f in "$TOP"/playbooks/aws/*.yaml; do grep -q ^include "$f" || basename "$f" .yaml; done | sort) | tr -d '\t' | xargs)" "$LACKING"

plan aws-risky-resources && allow aws-risky-resources
exits 'all that is risky, at once' 0 play
is 'it is what its parts find' "$(found)" "$(for p in audit-trail encryption iam-hygiene public-databases public-storage secrets-rotation security-groups-open; do printf '%s\n' ${FOUND[aws-$p]}; done | sort -u | xargs)"

# Each permission taken away: said in a line that names the operation, or the run fails; never in silence.
nth=0
for name in $(printf '%s\n' "${!FOUND[@]}" | sort); do
	plan "$name" && allow "$name"
	play
	whole=$(found)
	# Nobody can be denied to ask who he is.
	for action in $(permissions "$name" | jq -r '.Statement[].Action[] | select(. != "sts:GetCallerIdentity")'); do
		nth=$((nth + 1))
		[ "${REMOVALS-}" = all ] || [ $((nth % 15)) = 0 ] || continue
		front "limit?actions=$action"
		play
		code=$?
		line=$(refused | head -1)
		if [ -n "$line" ] && [[ $line == *"$action"* ]]; then
			pass "$name without $action says so"
		elif [ -z "$(front log | jq -r --arg a "$action" 'select(any(.actions[]; ascii_downcase == ($a | ascii_downcase))) | .operation')" ]; then
			skip "$name without $action" 'nothing here needed it'
		else
			fail "$name without $action says so" "exit $code" "$(unseen)" "$(cat "$ERR")"
		fi
		if [ -n "$(comm -13 <(tr ' ' '\n' <<<"$whole" | sort) <(found | tr ' ' '\n' | sort) | xargs)" ]; then
			fail "$name without $action finds nothing new" "$(found)"
		fi
	done
	front 'limit?actions='
done
done_testing
