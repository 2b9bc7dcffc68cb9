#!/usr/bin/env bash
# Changes on an AWS: verified by its waiters, tried without effect first, found again after a crash.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/plan.sh"
. "$TOP/tests/peers/aws/lib.sh"

missing=$(aws_missing)
if [ -n "$missing" ]; then
	skip 'changes on an AWS' "$missing"
	done_testing
	exit
fi
start_front
export XDG_STATE_HOME=$TMP/state
LOG=$XDG_STATE_HOME/cloudops/audit
printf 'policy: 1\nrules: [{rule: all, effect: permit}]\n' >"$TMP/policy.yaml"
printf 'limits: {step_deadline: 20s, deadline: 60s}\npolicy: {files: [%s]}\n' "$TMP/policy.yaml" >"$TMP/config.yaml"
chmod 600 "$TMP/policy.yaml" "$TMP/config.yaml"
export CLOUDOPS_CONFIG=$TMP/config.yaml
IMAGE=ami-12c6146b
instance() { as_root aws ec2 run-instances --image-id $IMAGE --instance-type t3.micro --count 1 --query 'Instances[0].InstanceId' --output text; }
instances() { as_root aws ec2 describe-instances --query 'Reservations[].Instances[].InstanceId' --output text | wc -w; }
state_of() { as_root aws ec2 describe-instances --instance-ids "$1" --query 'Reservations[].Instances[].State.Name' --output text; }
forget() { rm -rf "$LOG"; }

# change OPERATION WITH VERIFY [SERVICE [ACCESS]]: a run document with that one change
change() {
	document "[$(aws_step change "${4-ec2}" "$1" "$2" '{}' '{"access":"'"${5-write}"'","require":["${ true }"],"undo":{"none":"a test"},"verify":'"$3"'}')]" |
		jq -c '.plan.changes = true | .plan.estimate.changes = 1' >"$TMP/change"
}
run() { RC=0; co-exec "$@" <"$TMP/change" >"$OUT" 2>"$ERR" || RC=$?; forget; }
waits() { # SERVICE OPERATION WITH WAITER [WITHIN]
	printf '{"call":["aws","%s","%s"],"with":%s,"waiter":"%s","within":"%s"}' "$1" "$2" "$3" "$4" "${5-20s}"
}
result() { jq -r '[.execution.status, .execution.steps[0].status, (.error.message // "")] | join("|")' "$OUT"; }

# ---- waiters
ID=$(instance)
with='{"InstanceIds":["'$ID'"]}'
change StopInstances "$with" "$(waits ec2 DescribeInstances "$with" instance-stopped)"
run
is 'instance-stopped: stopped' "$RC $(result) $(state_of "$ID")" '0 done|done| stopped'
change StopInstances "$with" "$(waits ec2 DescribeInstances "$with" InstanceRunning 1s)"
before=$SECONDS
run
is 'instance-running of one that stays stopped ends with its time' "$RC $(result)" '5 partial|failed|step "change": "InstanceRunning" did not come true within 1s'
ok 'and not with the delay of the waiter' test $((SECONDS - before)) -lt 10
change StartInstances "$with" "$(waits ec2 DescribeInstances "$with" instance-running)"
run
is 'instance-running: started' "$RC $(result) $(state_of "$ID")" '0 done|done| running'
change TerminateInstances "$with" "$(waits ec2 DescribeInstances "$with" instance-stopped)"
before=$SECONDS
run
is 'instance-stopped of one that was terminated fails' "$RC $(result)" '5 partial|failed|step "change": "instance-stopped" will not come true any more'
ok 'at once' test $((SECONDS - before)) -lt 10
bucket='{"Bucket":"lark-new"}'
change CreateBucket '{"Bucket":"lark-new","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}' "$(waits s3 HeadBucket "$bucket" bucket-exists)" s3
run
is 'bucket-exists: by the status alone' "$RC $(result)" '0 done|done|'
change DeleteBucket "$bucket" "$(waits s3 HeadBucket "$bucket" bucket-not-exists)" s3
run
is 'bucket-not-exists: a failure that is an answer' "$RC $(result)" '0 done|done|'
change PutParameter '{"Name":"p","Value":"v","Type":"String"}' "$(waits lambda GetFunctionConfiguration '{"FunctionName":"none"}' function-active 1s)" ssm
run
is 'function-active: a failure that no rule expects is told' "$RC $(result)" '5 partial|failed|step "change": "function-active" did not come true within 1s'
like 'with its reason' "$(jq -r .error.hint "$OUT")" 'the last look failed: .*ResourceNotFoundException'
change StopInstances "$with" "$(waits ec2 DescribeInstances "$with" instance-stoped)"
run
is 'no such waiter: refused' "$RC $(jq -r '.error | .code, .path' "$OUT" | paste -sd' ')" '3 unknown-waiter /plan/steps/0/verify/waiter'
change StopInstances "$with" "$(waits ec2 DescribeInstanceStatus "$with" instance-stopped)"
run
is 'a waiter of another operation: refused' "$RC $(jq -r .error.code "$OUT")" '3 unknown-waiter'

# ---- tried without effect
ID=$(instance)
with='{"InstanceIds":["'$ID'"]}'
change StopInstances "$with" "$(waits ec2 DescribeInstances "$with" instance-stopped)"
run --dry-run=server
is 'DryRun: would succeed, and nothing happened' "$RC $(jq -c '.execution.steps[0].output' "$OUT") $(state_of "$ID")" '0 {"rehearsal":"would succeed"} running'
change StopInstances '{"InstanceIds":["i-0123456789abcdef0"]}' "$(waits ec2 DescribeInstances "$with" instance-stopped)"
run --dry-run=server
like 'DryRun of what cannot be: either answer is one of the server' "$RC $(jq -r '.execution.steps[0] | .error_code // .output.rehearsal' "$OUT")" '^(5 remote-error|0 would succeed)$'
change DeleteBucket "$bucket" "$(waits s3 HeadBucket "$bucket" bucket-not-exists)" s3
run --dry-run=server
is 'what knows no DryRun is not tried' "$RC $(jq -r '.execution.steps[0].error_code' "$OUT")" '1 cannot-rehearse'

# ---- a crash between the request and the record of its answer
read -r KEY SECRET < <(make_user operator '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}')
read -r WEAK WEAK_SECRET < <(make_user looker '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:Describe*","Resource":"*"}]}')
front 'strict?on=1'
# The keys of the change come from a program, which is a child of co-exec's.
printf '#!/bin/sh\nprintf %%s "{\\"Version\\":1,\\"AccessKeyId\\":\\"%s\\",\\"SecretAccessKey\\":\\"%s\\"}"\n' "$KEY" "$SECRET" >"$TMP/keys"
chmod 700 "$TMP/keys"
printf '[profile made]\ncredential_process = %s\n' "$TMP/keys" >"$AWS_CONFIG_FILE"
export AWS_ACCESS_KEY_ID=$WEAK AWS_SECRET_ACCESS_KEY=$WEAK_SECRET
change StopInstances "$with" "$(waits ec2 DescribeInstances "$with" instance-stopped)"
run --dry-run=server
is 'DryRun tells that it would not be allowed' "$RC $(jq -r '.execution.steps[0].error_code' "$OUT")" '5 access-denied'
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
export AWS_PROFILE=made

crash() { # OPERATION: runs the change, and kills co-exec when the server has done it and has not answered
	front "hold?operation=$1"
	co-exec <"$TMP/change" >"$OUT" 2>"$ERR" &
	local pid=$!
	await 20 held
	commands_of $pid >>"$TMP/commands"
	kill -KILL $pid
	wait $pid 2>/dev/null
	front release
}
commands_of() { # PID: its command line, and those of all that came of it
	local child
	tr '\0' ' ' <"/proc/$1/cmdline"
	echo
	for child in $(pgrep -P "$1"); do commands_of "$child"; done
}
held() { [ "$(front held)" = 1 ]; }
before=$(aws ec2 describe-instances --query 'Reservations[].Instances[].InstanceId' --output text | wc -w)
change RunInstances '{"ImageId":"'$IMAGE'","InstanceType":"t3.micro","MinCount":1,"MaxCount":1}' \
	'{"call":["aws","ec2","DescribeInstances"],"with":{"Filters":[{"Name":"instance-state-name","Values":["running"]}]},"until":"${ [.Reservations[].Instances[]] | length > 1 }","within":"5s"}'
crash RunInstances
is 'it crashed with the change in doubt' "$(cat "$LOG"/*.jsonl | jq -rs '[.[] | select(.step == "change") | .type] | join(" ")')" 'step.intent'
is 'which was made' "$(aws ec2 describe-instances --query 'Reservations[].Instances[].InstanceId' --output text | wc -w)" $((before + 1))
MADE=$(aws ec2 describe-instances --query 'sort_by(Reservations[].Instances[], &LaunchTime)[-1].InstanceId' --output text)
RC=0
co-exec --resume $RUN <"$TMP/change" >"$OUT" 2>"$ERR" || RC=$?
is 'resumed: done, with the same instance' "$RC $(jq -r '[.execution.status, .execution.steps[0].output.Instances[0].InstanceId] | join(" ")' "$OUT")" "0 done $MADE"
is 'and there are not two' "$(aws ec2 describe-instances --query 'Reservations[].Instances[].InstanceId' --output text | wc -w)" $((before + 1))
forget
change StopInstances "$with" "$(waits ec2 DescribeInstances "$with" instance-stopped)"
crash StopInstances
front log >/dev/null
RC=0
co-exec --resume $RUN <"$TMP/change" >"$OUT" 2>"$ERR" || RC=$?
is 'a change without a token is known by its waiter' "$RC $(jq -r .execution.status "$OUT")" '0 done'
is 'and not sent again' "$(front log | jq -r 'select(.operation == "StopInstances") | .operation')" ''
forget
change CreateTags '{"Resources":["'"$ID"'"],"Tags":[{"Key":"a","Value":"b"}]}' "$(waits ec2 DescribeInstances "$with" instance-running)" ec2 tagging
crash CreateTags
RC=0
co-exec --resume $RUN <"$TMP/change" >"$OUT" 2>"$ERR" || RC=$?
is 'one that its verification does not show stays in doubt' "$RC $(jq -r '[.execution.status, .error.code] | join(" ")' "$OUT")" '6 in-doubt in-doubt'
is 'no secret stands in a command line' "$(grep -cF -e "$SECRET" -e "$WEAK_SECRET" "$TMP/commands")" 0
ok 'of co-exec and its helpers' test "$(grep -c co-exec "$TMP/commands")" -ge 6
done_testing
