# shellcheck shell=bash
# Sourced, after tap.sh, by the tests that have an AWS beside them: moto behind a strict door (front.py).
#   aws_missing          what is not there on this machine; "" if all is
#   start_front          starts it, door open; sets AWS_URL, AWS_ENDPOINT_URL, credentials that moto believes, files of our own
#   front WORD[?QUERY]   drives it: strict?on=1, skew?seconds=N, expire?after=N, limit?actions=a:B, log, secrets
#   as_root COMMAND...   with credentials for seeding (the door must be open)
#   make_user NAME POLICY          prints "KEY SECRET" of a new user with that policy (JSON)
#   make_role NAME POLICY [TRUST]  prints the ARN of a new role that the account may assume
#   seed REGION...       fills the account with one of many things (seed.py)
AWS_HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
AWS_PIDS=()
export AWS_DEFAULT_REGION=eu-west-1 AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=$TMP/aws/config AWS_SHARED_CREDENTIALS_FILE=$TMP/aws/credentials
unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_SESSION_TOKEN AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE
mkdir -p "$TMP/aws"

aws_missing() {
	python3 -c 'import moto.server, botocore.session, boto3' 2>/dev/null || { echo "no moto and botocore for $(command -v python3)"; return; }
	[ -f "$VECTORS/aws-iam/api_to_iam.json" ] || echo "no test data in $VECTORS"
}

aws_stop() {
	local pid
	for pid in "${AWS_PIDS[@]}"; do kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; done
	AWS_PIDS=()
}
trap 'aws_stop; tap_cleanup' EXIT

# background NAME COMMAND...: a server that writes its port to the file that is put for PORT; sets PORT.
background() {
	local name=$1 file=$TMP/aws/$1.port
	shift
	rm -f "$file"
	timeout 1200 "${@//PORT/$file}" >"$TMP/aws/$name.log" 2>&1 &
	AWS_PIDS+=($!)
	await 60 test -s "$file" || { echo "Bail out! $name did not start: $(tail -3 "$TMP/aws/$name.log")"; exit 1; }
	PORT=$(cat "$file")
}

start_front() {
	background front python3 "$AWS_HERE/front.py" PORT "$VECTORS/aws-iam/api_to_iam.json"
	AWS_URL=http://127.0.0.1:$PORT
	export AWS_ENDPOINT_URL=$AWS_URL AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing
}

front() { curl -sS --max-time 20 "$AWS_URL/front/$1"; }
as_root() { AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_SESSION_TOKEN='' AWS_PROFILE='' env -u AWS_PROFILE -u AWS_SESSION_TOKEN "$@"; }

make_user() { as_root python3 "$AWS_HERE/seed.py" user "$1" "$2"; }
make_role() { as_root python3 "$AWS_HERE/seed.py" role "$1" "$2" "${3-}"; }
seed() { as_root python3 "$AWS_HERE/seed.py" account "$@"; }

# aws_step ID SERVICE OPERATION [WITH [TARGET [MORE]]]: a step of a plan, for document of plan.sh.
aws_step() {
	jq -nc --arg id "$1" --arg service "$2" --arg operation "$3" --argjson with "${4:-{\}}" --argjson target "${5:-{\}}" --argjson more "${6:-{\}}" \
		'{id: $id, call: ["aws", $service, $operation], target: ({region: "eu-west-1", environment: "test", name: "t"} + $target), with: $with, access: "list", needs: []} + $more'
}
