#!/usr/bin/env bash
# A service that fails in every way there is: bounded time and memory, exit 5, and what failed is said.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/plan.sh"
. "$TOP/tests/peers/aws/lib.sh"

command -v python3 >/dev/null || { skip 'a service that fails' 'no python3'; done_testing; exit; }
background faulty python3 "$AWS_HERE/faulty.py" PORT
export AWS_ACCESS_KEY_ID=AKIDTEST AWS_SECRET_ACCESS_KEY=secret-of-a-test
seen() { curl -sS "http://127.0.0.1:$PORT/count"; }
cat >"$TMP/config.yaml" <<END
limits: {step_deadline: 4s, deadline: 20s}
END
export CLOUDOPS_CONFIG=$TMP/config.yaml
chmod 600 "$TMP/config.yaml"

# run MODE [DOCUMENT]: the run in $OUT, its exit status in $RC, seconds in $TOOK, peak memory in MB in $MEMORY
run() {
	seen >/dev/null
	RC=0
	AWS_ENDPOINT_URL=http://127.0.0.1:$PORT/$1 python3 - "$OUT" "$ERR" co-exec <"${2:-$TMP/vpcs}" >"$TMP/usage" <<-'END' 3<"${2:-$TMP/vpcs}" || RC=$?
		import resource, subprocess, sys, time
		started = time.time()
		with open(sys.argv[1], "wb") as out, open(sys.argv[2], "wb") as err:
		    done = subprocess.run(sys.argv[3:], stdin=3, stdout=out, stderr=err)
		print(round(time.time() - started, 1), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
		sys.exit(done.returncode)
	END
	read -r TOOK MEMORY <"$TMP/usage"
	SEEN=$(seen)
}
step() { jq -r ".execution.steps[0] | $1" "$OUT"; }
document "[$(aws_step vpcs ec2 DescribeVpcs)]" >"$TMP/vpcs"
document "[$(aws_step objects s3 ListObjectsV2 '{"Bucket":"b"}')]" >"$TMP/objects"

# ---- what passes
for case in good:1 throttle-twice:3 error500-once:2; do
	run "${case%:*}"
	is "${case%:*}: answered" "$RC $(step '.output.Vpcs[0].VpcId') $SEEN" "0 vpc-1 ${case#*:}"
done
for mode in bucket bucket-malformed; do
	run "$mode" "$TMP/objects"
	is "$mode in another region: signed again for that" "$RC $(step '.output.Contents[0].Key') $SEEN" '0 k 2'
done
run bucket-nowhere "$TMP/objects"
is 'a bucket that is always elsewhere is looked for once' "$RC $SEEN" '5 2'

# ---- what does not: MODE, error code, requests
while read -r mode code requests; do
	run "$mode"
	is "$mode: exit 5, $code, requests: $requests" "$RC $(step .error_code) $SEEN" "5 $code $requests"
	ok "$mode: in ${TOOK} s and ${MEMORY} MB" awk "BEGIN { exit !($TOOK < 15 && $MEMORY < 256) }"
done <<-END
	throttle throttled 3
	error500 remote-error 3
	refuse remote-error 1
	silent timeout 1
	drip timeout 1
	drip-head timeout 1
	truncated truncated 3
	malformed bad-answer 3
	json bad-answer 3
	html bad-answer 3
	binary bad-answer 3
	empty bad-answer 3
	reset truncated 3
	nothttp bad-answer 3
	redirect remote-error 1
	deep bad-answer 3
	headers truncated 3
	huge too-large 1
	endless-pages repeated-page 2
	second-page-fails remote-error 4
END

# ---- a page that cannot be had: those before it are kept, and it is said that there are more
document "[$(aws_step clusters ecs ListClusters)]" >"$TMP/clusters"
partial() { step '[.status, (.partial // false), .error_code, ([.output | .Vpcs[]?.VpcId, .clusterArns[]?] | join(","))] | join(" ")'; }
cat >"$TMP/pages" <<-PAGES
	throttle throttled vpcs
	error500 remote-error vpcs
	truncated truncated vpcs
	malformed bad-answer vpcs
	json bad-answer vpcs
	html bad-answer vpcs
	redirect remote-error vpcs
	drip timeout vpcs
	silent timeout vpcs
	refuse remote-error vpcs
	malformed-json bad-answer clusters
	truncated truncated clusters
	xml bad-answer clusters
	error500 remote-error clusters
PAGES
runs=()
while read -r mode code document; do
	{ RC=0; AWS_ENDPOINT_URL=http://127.0.0.1:$PORT/page3-$mode timeout 50 co-exec <"$TMP/$document" >"$TMP/page3-$mode-$document" 2>/dev/null || RC=$?
	  echo "$RC" >"$TMP/page3-$mode-$document.rc"; } &
	runs+=($!)
done <"$TMP/pages"
wait "${runs[@]}"
while read -r mode code document; do
	OUT=$TMP/page3-$mode-$document
	is "page 3 of 5, $mode: exit 5, two pages of $document are kept and marked" "$(cat "$OUT.rc") $(partial)" \
		"5 failed true $code $([ "$document" = vpcs ] && echo vpc-0,vpc-1 || echo c-0,c-1)"
	like "page 3 of 5, $mode: what failed is said" "$(step .error)" '^page 3: '
done <"$TMP/pages"
is 'the run saw something: partial' "$(jq -r .execution.status "$OUT")" partial
like 'the report says what is missing' "$(co-report <"$OUT" | tr -s ' \n' ' ')" 'the rest of clusters.*page 3: ecs ListClusters in eu-west-1'
is 'and so does its JSON' "$(co-report --json <"$OUT" | jq -c '.failed[0] | [.id, .partial]')" '["clusters",true]'
OUT=$TMP/out
run page3-skewed
is 'page 3 of 5, a clock two hours off: corrected' "$RC $(step '[.output.Vpcs[].VpcId] | length')" '0 5'
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:$PORT/keys run page3-expired
is 'page 3 of 5, a token that expired: fetched again' "$RC $(step '[.output.Vpcs[].VpcId] | length')" '0 5'
AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:$PORT/keys-once run page3-expired
is 'page 3 of 5, a token that expired and cannot be fetched again' "$RC $(partial | cut -d' ' -f1,2,4)" '5 failed true vpc-0,vpc-1'
export AWS_ACCESS_KEY_ID=AKID1 AWS_SECRET_ACCESS_KEY=secret-of-a-test
run page3-expired
is 'page 3 of 5, keys of the environment that expired' "$RC $(partial)" '5 failed true remote-error vpc-0,vpc-1'

# ---- changes: sent again only where that cannot do them twice
cat >"$TMP/policy.yaml" <<-END
	policy: 1
	rules: [{rule: all, effect: permit}]
END
chmod 600 "$TMP/policy.yaml"
printf 'policy: {files: [%s]}\n' "$TMP/policy.yaml" >>"$TMP/config.yaml"
change() { # OPERATION WITH
	document "[$(aws_step change ec2 "$1" "$2" '{}' '{"access":"write","require":["${ true }"],"undo":{"none":"a test"},"verify":{"call":["aws","ec2","DescribeVpcs"],"with":{},"until":"${ true }","within":"2s"}}')]" |
		jq -c '.plan.changes = true | .plan.estimate.changes = 1' >"$TMP/change"
}
change StopInstances '{"InstanceIds":["i-1"]}'
for case in error500:6:1 silent:6:1 truncated:6:1 reset:6:1 refuse:5:1 throttle:5:3; do
	IFS=: read -r mode code requests <<<"$case"
	run "$mode" "$TMP/change"
	is "a change without token, $mode: exit $code, requests: $requests" "$RC $SEEN" "$code $requests"
done
change RunInstances '{"ImageId":"ami-1","MinCount":1,"MaxCount":1}'
run error500 "$TMP/change"
is 'a change with a token is sent again, and its outcome is unknown all the same' "$RC $SEEN" '6 3'
run error500-once "$TMP/change"
is 'and is done when that succeeds' "$RC $(jq -r .execution.status "$OUT")" '0 done'

run refuse
like 'the message has the code, the reason and the request' "$(step .error)" 'ec2 DescribeVpcs in eu-west-1: InvalidParameterValue: as was asked for \(request r-2\)'
document "[$(aws_step here ec2 DescribeVpcs),$(read_step cpu cpu)]" >"$TMP/both"
run error500 "$TMP/both"
is 'what else was seen is kept' "$(jq -r '[.execution.status, (.execution.steps[] | .status)] | join(" ")' "$OUT")" 'partial failed done'
done_testing
