#!/usr/bin/env bash
# Sessions that can do no more than the plan, on an AWS that enforces it; clocks, expiry, accounts; secrets nowhere.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/plan.sh"
. "$TOP/tests/peers/aws/lib.sh"

missing=$(aws_missing)
if [ -n "$missing" ]; then
	skip 'sessions that can do no more than the plan' "$missing"
	done_testing
	exit
fi
start_front
ACCOUNT=123456789012
ALL='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
ASSUME='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}'
read -r KEY SECRET < <(make_user operator "$ASSUME")
read -r ROOT_KEY ROOT_SECRET < <(make_user root-like "$ALL")
make_role reader "$ALL" >"$TMP/role"
INSTANCE=$(as_root aws ec2 run-instances --image-id ami-12c6146b --instance-type t3.micro --count 1 --query 'Instances[0].InstanceId' --output text)
front 'strict?on=1'
cat >"$TMP/aws/credentials" <<END
[operator]
aws_access_key_id = $KEY
aws_secret_access_key = $SECRET
[root-like]
aws_access_key_id = $ROOT_KEY
aws_secret_access_key = $ROOT_SECRET
END
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY

run() { # FILE of a document; the run is in $OUT, the exit status in $RC
	RC=0
	co-exec "${@:2}" <"$1" >"$OUT" 2>"$ERR" || RC=$?
	cat "$OUT" "$ERR" >>"$TMP/everything"
}
result() { jq -r "$1" "$OUT"; }
log() { front log >"$TMP/log"; }

TARGET='{"account":"'$ACCOUNT'","profile":"operator","role":"reader"}'
document "[$(aws_step vpcs ec2 DescribeVpcs '{}' "$TARGET"),$(aws_step users iam ListUsers '{}' "$TARGET")]" >"$TMP/reads"

front log >/dev/null
run "$TMP/reads"
is 'a plan runs in a session of the role' "$RC $(result .execution.status)" '0 done'
log
assumed() { jq -rc "select(.operation == \"AssumeRole\") | $1" "$TMP/log"; }
is 'which is assumed once' "$(assumed .operation | wc -l)" 1
is 'named after the run' "$(assumed .session)" "cloudops-$RUN"
is 'for the plan'"'"'s actions and no other' "$(assumed '.policy | fromjson | [.Statement[].Action] | flatten | sort | join(" ")')" 'ec2:DescribeVpcs iam:ListUsers'
is 'as short as AWS gives' "$(assumed .duration)" 900
POLICY=$(assumed .policy)

as_operator() { AWS_PROFILE=operator "$@"; }
as_operator aws sts assume-role --role-arn "$(cat "$TMP/role")" --role-session-name other --policy "$POLICY" >"$TMP/session"
in_session() {
	AWS_ACCESS_KEY_ID=$(jq -r .Credentials.AccessKeyId "$TMP/session") AWS_SECRET_ACCESS_KEY=$(jq -r .Credentials.SecretAccessKey "$TMP/session") \
		AWS_SESSION_TOKEN=$(jq -r .Credentials.SessionToken "$TMP/session") "$@"
}
ok 'with that policy the server lets the plan'"'"'s calls in' in_session aws ec2 describe-vpcs
exits 'and refuses a call outside of it, though the role may do all' 255 in_session aws ec2 describe-instances
like 'for the session policy' "$(cat "$ERR")" 'no session policy allows the ec2:DescribeInstances'

for action in ec2:DescribeVpcs iam:ListUsers; do
	front "limit?actions=$action"
	run "$TMP/reads"
	is "without $action the run fails in part" "$RC $(result .execution.status)" '5 partial'
	like "and names $action" "$(result '[.execution.steps[] | select(.status == "failed") | .error_code, .error] | join(" ")')" "access-denied .*$action"
	is 'and keeps what it saw' "$(result '[.execution.steps[] | select(.status == "done" and .output)] | length')" 1
done
front 'limit?actions='

document "[$(aws_step one ec2 DescribeVpcs '{}' "$TARGET"),$(aws_step two ec2 DescribeSubnets '{}' "$TARGET" '{"needs":["one"]}'),$(aws_step three iam ListRoles '{}' "$TARGET" '{"needs":["two"]}')]" >"$TMP/three"
front log >/dev/null
front 'expire?after=1'
run "$TMP/three"
is 'a session that expires in the middle is renewed' "$RC $(result .execution.status)" '0 done'
log
is 'by a second one' "$(assumed .operation | wc -l)" 2

for seconds in 600 -600; do
	front "skew?seconds=$seconds"
	run "$TMP/reads"
	is "a clock that differs by $seconds s is corrected" "$RC $(result .execution.status)" '0 done'
done
front 'skew?seconds=0'

document "[$(aws_step vpcs ec2 DescribeVpcs '{}' '{"account":"999999999999","profile":"root-like"}')]" >"$TMP/wrong"
run "$TMP/wrong"
is 'credentials of another account are not used' "$RC $(result '.execution.steps[0].error_code')" '5 wrong-account'
document "[$(aws_step vpcs ec2 DescribeVpcs '{}' '{"account":"999999999999","profile":"operator","role":"arn:aws:iam::123456789012:role/reader"}')]" >"$TMP/wrong"
run "$TMP/wrong"
is 'nor a role of another one' "$(result '.execution.steps[0].error_code')" 'wrong-account'
document "[$(aws_step vpcs ec2 DescribeVpcs '{}' '{"account":"'$ACCOUNT'","profile":"absent"}')]" >"$TMP/absent"
run "$TMP/absent"
is 'a profile that is not there is named' "$(result '.execution.steps[0] | "\(.error_code) \(.error)"')" 'no-profile there is no AWS profile "absent"'

# ---- a code from the terminal, while the document is on standard input
cat >"$TMP/aws/config" <<END
[profile mfa]
region = eu-west-1
role_arn = $(cat "$TMP/role")
source_profile = operator
mfa_serial = arn:aws:iam::$ACCOUNT:mfa/me
END
document "[$(aws_step vpcs ec2 DescribeVpcs '{}' '{"profile":"mfa"}'),$(aws_step users iam ListUsers '{}' '{"profile":"mfa"}')]" >"$TMP/mfa"
front log >/dev/null
RC=0
"$TOP/tests/pipeline/at-terminal.py" "$TMP/shown" -e 'mfa/me: =246810' co-exec -q <"$TMP/mfa" >"$OUT" 2>"$ERR" || RC=$?
is 'an MFA code is asked for on the terminal' "$RC $(result .execution.status)" '0 done'
log
is 'once, and sent' "$(assumed .code)" 246810
ok 'and not shown' test -z "$(grep -a 246810 "$TMP/shown" "$OUT" "$ERR")"
RC=0
setsid co-exec -q <"$TMP/mfa" >"$OUT" 2>"$ERR" || RC=$?
is 'without a terminal it is said that one is needed' "$RC $(result '.execution.steps[0].error_code')" '5 no-credentials'

# ---- changes
stop() { aws_step stop ec2 StopInstances "{\"InstanceIds\":[\"$1\"]}" '{"account":"'$ACCOUNT'","profile":"'"$2"'"}' '{"access":"write","require":["${ true }"],"undo":{"none":"a test"},"verify":{"call":["aws","ec2","DescribeInstances"],"with":{},"until":"${ true }","within":"5s"}}'; }
changes() { document "[$1]" | jq -c '.plan.changes = true | .plan.estimate.changes = 1'; }
changes "$(stop "$INSTANCE" root-like)" >"$TMP/stop"
run "$TMP/stop" --dry-run=server
is 'EC2 is asked whether it would stop an instance' "$RC $(result '.execution.steps[0].output.rehearsal')" '0 would succeed'
is 'and has not' "$(AWS_PROFILE=root-like aws ec2 describe-instances --query 'Reservations[0].Instances[0].State.Name' --output text)" running
changes "$(stop "$INSTANCE" operator)" >"$TMP/stop"
run "$TMP/stop" --dry-run=server
is 'and says who may not' "$(result '.execution.steps[0].error_code')" access-denied

OTHER=$(AWS_PROFILE=root-like aws ec2 run-instances --image-id ami-12c6146b --instance-type t3.micro --count 1 --query 'Instances[0].InstanceId' --output text)
changes "$(aws_step stop ec2 StopInstances "{\"InstanceIds\":[\"$INSTANCE\"]}" "$TARGET" '{"access":"write","require":["${ true }"],"undo":{"none":"a test"},"verify":{"call":["aws","ec2","DescribeInstances"],"with":{},"until":"${ true }","within":"5s"}}')" >"$TMP/stop"
front log >/dev/null
run "$TMP/stop" --dry-run=server
log
POLICY=$(assumed .policy)
is 'a session may change what the plan names, and nothing else' "$(jq -c '.Statement[] | [.Action, .Resource]' <<<"$POLICY")" \
	"[[\"ec2:DescribeInstances\"],\"*\"]
[[\"ec2:StopInstances\"],[\"arn:aws:ec2:eu-west-1:$ACCOUNT:instance/$INSTANCE\"]]"
as_operator aws sts assume-role --role-arn "$(cat "$TMP/role")" --role-session-name other --policy "$POLICY" >"$TMP/session"
in_session aws --region eu-west-1 ec2 stop-instances --dry-run --instance-ids "$INSTANCE" >"$OUT" 2>&1 || :
like 'the server would let it stop the instance' "$(cat "$OUT")" 'DryRunOperation'
in_session aws --region eu-west-1 ec2 stop-instances --dry-run --instance-ids "$OTHER" >"$OUT" 2>&1 || :
like 'and not another one' "$(cat "$OUT")" 'no session policy allows the ec2:StopInstances'

# ---- secrets
co-exec --dry-run <"$TMP/reads" >>"$TMP/everything" 2>&1
co-exec --record "$TMP/record" <"$TMP/reads" >>"$TMP/everything" 2>&1
front secrets | sort -u >"$TMP/aws/secrets"
ok 'there are secrets that could have leaked' test "$(wc -l <"$TMP/aws/secrets")" -ge 10
is 'none is in an output, an error, a record or the audit log' \
	"$(grep -rlFf "$TMP/aws/secrets" "$TMP/everything" "$TMP/record" "$XDG_STATE_HOME" "$TMP/log" | tr '\n' ' ')" ''
done_testing
