# shellcheck shell=bash
# Sourced after tests/tap.sh and tests/plan.sh by tests that ask co-exec of the context "test", with a policy that permits all.
#   step ID VERB RESOURCE [WITH [ACCESS [MORE]]]      a step of a plan
#   read_kube VERB RESOURCE [WITH [ACCESS]]           the run of one read
#   change_kube VERB RESOURCE WITH [ACCESS [OPTION...]]   the run of one change; $number numbers them
#   output JQ, why                                    of the first step of the run on standard input
#   refused NAME EXIT CODE                            of what the last command wrote to $OUT
umask 022
mkdir -p "$XDG_CONFIG_HOME/cloudops"
cat >"$XDG_CONFIG_HOME/cloudops/config.yaml" <<END
environments: {test: {kubernetes: [{context: test}]}}
policy: {files: [policy.yaml]}
END
cat >"$XDG_CONFIG_HOME/cloudops/policy.yaml" <<'END'
policy: 1
rules:
  - {rule: all, effect: permit, when: {access: [list, read, secret, write, permissions, tagging]}}
END
chmod -R go-w "$XDG_CONFIG_HOME"

step() {
	jq -nc --arg id "$1" --arg verb "$2" --arg resource "$3" --argjson with "${4:-{\}}" --arg access "${5:-list}" --argjson more "${6:-{\}}" \
		'{id: $id, call: ["kubernetes", $verb, $resource], target: {context: "test", environment: "test"}, with: $with, access: $access, needs: []} + $more'
}
read_kube() { document "[$(step s "$@")]" | co-exec -q 2>"$TMP/said"; }
output() { jq -c ".execution.steps[0].output | $1"; }
why() { jq -r '.execution.steps[0] | "\(.error_code): \(.error)"'; }
number=0
change_document() { # VERB RESOURCE WITH [ACCESS]; $until is what verifies it, of a list of namespaces
	document "[$(step s "$1" "$2" "$3" "${4:-write}" '{"require": ["${ true }"], "undo": {"none": "a test"},
		"verify": {"call": ["kubernetes", "list", "namespaces"], "with": {}, "until": "${ '"${until-true}"' }", "within": "5s"}}')]" '[]' \
		"$(printf '01JDBV4K6T5R9M3ZC8Q0W2%04d' $number)" | jq -c '.plan.changes = true | .plan.scope = ["test"]'
}
change_kube() {
	local words=("$1" "$2" "$3" "${4:-write}")
	shift 3
	[ $# = 0 ] || shift
	number=$((number + 1))
	change_document "${words[@]}" | co-exec -q "$@" 2>"$TMP/said"
}
refused() { is "$1" "$2 $(jq -r '.error.code' "$OUT")" "$3"; }
