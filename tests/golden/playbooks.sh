#!/usr/bin/env bash
# Every local playbook on recorded readings: exact findings and summary lines out.
# A case is playbooks/PLAYBOOK/CASE.json: {params, steps: readings by step, findings, summary}.
# `UPDATE=1 tests/golden/playbooks.sh` writes what came out into the cases; read the diff.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"

NOW=2026-11-23T06:00:00Z
CASES=$TOP/tests/golden/playbooks

# record DIR CASE <plan: an exchange file for every step whose name the case has, as --record writes them
record() {
	local key name digest step
	mkdir -p "$1"
	jq -r '.decision.plan' "$TMP/plan" | { read -r digest; printf '{"started":"%s","ended":"%s"}' "$NOW" "$NOW" >"$1/run-${digest#sha256:}.json"; }
	while read -r step; do
		name=$(jq -r '.id | split(".")[-1]' <<<"$step")
		key=$(jq -cSj '{step: .id, call, target: (.target // {}), with: (.with // {}), n: 0}' <<<"$step")
		digest=$(printf %s "$key" | sha256sum | cut -d' ' -f1)
		jq -c --argjson key "$key" --arg name "$name" \
			'$key + {co: "exchange/1", ms: 1} + (if .steps[$name] then {output: .steps[$name]}
			 else {error: {code: -4, id: "test", message: "not in the case"}} end)' "$2" >"$1/$digest.json"
	done < <(jq -c '.plan.steps[]' "$TMP/plan")
}

run_case() { # PLAYBOOK CASE
	local params
	mapfile -t params < <(jq -r '.params // [] | .[] | "--param", .' "$2")
	co-intent --now "$NOW" "why is this machine slow" |
		co-plan --now "$NOW" --playbook "$1" "${params[@]}" | co-policy --now "$NOW" >"$TMP/plan" || return
	rm -rf "$TMP/recorded"
	record "$TMP/recorded" "$2"
	co-exec --now "$NOW" --replay "$TMP/recorded" <"$TMP/plan" |
		jq '{findings: [(.findings // [])[] | del(.playbook)], summary: (.summary.text // []), status: .execution.status}'
}

for playbook in "$TOP"/playbooks/local/*.yaml; do
	name=$(basename "$playbook" .yaml)
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

# The rule for severities: a host with nothing wrong gives nothing to get up for.
is 'no quiet case finds anything' "$(jq -s '[.[].findings[] | select(.severity != "info")] | length' "$CASES"/*/quiet.json)" 0
done_testing
