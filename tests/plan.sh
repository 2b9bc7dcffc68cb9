# shellcheck shell=bash
# Sourced after tap.sh by tests that feed co-exec.
#   document STEPS [FINDINGS [ID]]   a run document around a plan made now; STEPS and FINDINGS are JSON lists
#   read_step ID OPERATION [WITH [MORE]]   a step "local read OPERATION"
RUN=01JDBV4K6T5R9M3ZC8Q0W2XNYH
document() {
	jq -nc --argjson steps "$1" --argjson findings "${2:-[]}" --arg id "${3:-$RUN}" --arg host "$(uname -n)" '
	(now | floor) as $now | {co: "run/1", id: $id,
		request: {text: "why is this machine slow", by: "alice", uid: 1000, host: $host, at: ($now | todate), via: "pipe"},
		plan: {playbook: {name: "test", version: 1, digest: "sha256:0"}, goal: "look", scope: ["local"],
			changes: false, params: {}, steps: $steps, findings: $findings,
			estimate: {calls: ($steps | length), seconds: "1", cost_usd: "0.00", changes: 0, targets: 1},
			permissions: [], explain: [], made_at: ($now | todate), expires_at: ($now + 3600 | todate)}}'
}
read_step() {
	jq -nc --arg id "$1" --arg operation "$2" --argjson with "${3:-{\}}" --argjson more "${4:-{\}}" \
		'{id: $id, call: ["local", "read", $operation], target: {}, with: $with, access: "read", needs: []} + $more'
}
