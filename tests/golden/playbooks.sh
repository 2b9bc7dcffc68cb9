#!/usr/bin/env bash
# Every playbook for this host and for Kubernetes on recorded readings: exact findings and summary lines out.
# A case is playbooks/PLAYBOOK/CASE.json: {params, now, steps: readings by step, findings, summary}. Of a step that is
# repeated, "calls" has {with, n, output} for each item. {like: CASE, only: STEPS} is another case in which nothing but
# those steps had an answer.
# `UPDATE=1 tests/golden/playbooks.sh [PLAYBOOK...]` writes what came out into the cases; read the diff.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"

CASES=$TOP/tests/golden/playbooks

printf 'environments: {test: {kubernetes: [{context: test}]}}\n' >"$TMP/config.yaml"
chmod 600 "$TMP/config.yaml"

# What a brief list leaves out of a pod, as the provider says itself.
brief=$(sed -n '/^static const char \*const ballast/,/^};/s/^\t"\(.*\)",$/\1/p' "$TOP/lib/provider/kubernetes/items.c" | jq -Rnc '[inputs | split(".")]')

# record DIR CASE <plan: an exchange file for every step whose name the case has, as --record writes them
record() {
	local key name digest step call
	mkdir -p "$1"
	jq -r '.decision.plan' "$TMP/plan" | { read -r digest; printf '{"started":"%s","ended":"%s"}' "$NOW" "$NOW" >"$1/run-${digest#sha256:}.json"; }
	# One line an exchange: what was asked, canonical and thus its own digest's text, and what came.
	while IFS=$'\t' read -r key call; do
		digest=$(printf %s "$key" | sha256sum | cut -d' ' -f1)
		printf '%s,%s\n' "${key%\}}" "${call#\{}" >"$1/$digest.json"
	done < <(jq -r --slurpfile case "$2" --argjson brief "$brief" '
		def take_out($path): if type == "array" then map(take_out($path)) elif type != "object" or has($path[0]) == false then .
			elif $path | length == 1 then del(.[$path[0]]) else .[$path[0]] |= take_out($path[1:]) end;
		def pared($with): if $with.brief then .output.items[]? |= reduce $brief[] as $path (.; take_out($path)) else . end;
		$case[0] as $case | .plan.steps[] | . as $step | (.id | split(".")[-1]) as $name
		| (if $case.steps[.id] then {output: $case.steps[.id]} elif $case.steps[$name] then {output: $case.steps[$name]}
		   else {error: {code: -4, id: "test", message: "not in the case"}} end | pared($step.with // {})) as $answer
		| ($case.calls[.id] // $case.calls[$name] // [{with: ($step.with // {}), n: 0} + $answer])[]
		| "\({step: $step.id, call: $step.call, target: ($step.target // {}), with, n} | walk(if type == "object" then to_entries | sort_by(.key) | from_entries else . end) | tojson)\t\(del(.with, .n) + {co: "exchange/1", ms: 1} | tojson)"' "$TMP/plan")
}

run_case() { # PLAYBOOK CASE
	local params sentence='why is this machine slow' like
	like=$(jq -r '.like // empty' "$2")
	if [ -n "$like" ]; then
		jq --argjson only "$(jq .only "$2")" 'def kept: with_entries(select(.key | IN($only[]))); .steps |= kept | .calls |= ((. // {}) | kept)' \
			"$CASES/$1/$like.json" >"$TMP/case"
		set -- "$1" "$TMP/case"
	fi
	NOW=$(jq -r '.now // "2026-11-23T06:00:00Z"' "$2")
	case $1 in kubernetes-*)
		sentence='is the test cluster healthy'
		local -x CLOUDOPS_CONFIG=$TMP/config.yaml
		;;
	esac
	mapfile -t params < <(jq -r '.params // [] | .[] | "--param", .' "$2")
	co-intent --now "$NOW" "$sentence" |
		co-plan --now "$NOW" --playbook "$1" "${params[@]}" | co-policy --now "$NOW" >"$TMP/plan" || return
	rm -rf "$TMP/recorded"
	record "$TMP/recorded" "$2"
	co-exec --now "$NOW" --replay "$TMP/recorded" <"$TMP/plan" |
		jq '{findings: [(.findings // [])[] | del(.playbook)], summary: (.summary.text // []), status: .execution.status}'
}

names=("$@")
[ $# != 0 ] || mapfile -t names < <(basename -as .yaml "$TOP"/playbooks/{local,kubernetes}/*.yaml)
for name in "${names[@]}"; do
	cases=("$CASES/$name"/*.json)
	[ -e "${cases[0]}" ] || { fail "$name has cases" "none in $CASES/$name"; continue; }
	for case in "${cases[@]}"; do
		got=$(run_case "$name" "$case" 2>"$ERR")
		if [ -n "${UPDATE-}" ]; then
			jq --argjson got "$got" '. + $got' "$case" >"$TMP/new" && cp "$TMP/new" "$case"
		fi
		wanted=$(jq '{findings, summary, status}' "$case")
		if [ -n "$got" ] && [ "$got" = "$wanted" ]; then
			pass "$name: $(basename "$case" .json)"
		else
			fail "$name: $(basename "$case" .json)" "$(diff <(echo "$wanted") <(echo "$got"))" "$(cat "$ERR")"
		fi
	done
done

# The rule for severities: a host or a cluster with nothing wrong gives nothing to get up for.
is 'no quiet case finds anything' "$(jq -s '[.[].findings[] | select(.severity != "info")] | length' "$CASES"/*/quiet.json)" 0

# A rule that no case makes speak may be wrong, and nobody would know.
for name in "${names[@]}"; do
	rules=$(sed -n '/^findings:/,/^[a-z]*:$/s/^  - id: //p' "$TOP"/playbooks/*/"$name.yaml")
	told=$(jq -r '.findings[].id' "$CASES/$name"/*.json)
	is "$name: every rule finds something in some case" "$(comm -23 <(sort -u <<<"$rules") <(sort -u <<<"$told"))" ''
done

# What somebody pastes at night runs as it stands: what would change something more, or needs thought, is behind a #.
jq -r '.findings[].next | strings | select(test("kubectl"))' "$CASES"/kubernetes-*/*.json | sort -u >"$TMP/next"
is 'a next step with a command begins with it' "$(grep -v '^kubectl ' "$TMP/next")" ''
ok 'and is one for a shell' bash -n "$TMP/next"
done_testing
