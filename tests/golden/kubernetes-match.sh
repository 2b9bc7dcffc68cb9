#!/usr/bin/env bash
# Which Kubernetes playbook a question gets (kubernetes-match.txt), and over what it is repeated.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
printf 'environments: {test: {kubernetes: [{context: test-eu}, {context: test-us}]}}\n' >"$TMP/config.yaml"
chmod 600 "$TMP/config.yaml"
NOW=2026-11-26T09:00:00Z
ask() { co-intent --now $NOW "$1" 2>/dev/null | co-plan --now $NOW 2>"$ERR" >"$TMP/plan"; }
planned() { jq -r "$1" "$TMP/plan"; }

export CLOUDOPS_CONFIG=$TMP/config.yaml
while IFS= read -r line; do
	[ "${line:0:1}" != '#' ] || continue
	ask "${line% = *}"
	is "${line% = *}" "$(planned '.plan.playbook.name // .error.message')" "${line##* = }"
done <"$TOP/tests/golden/kubernetes-match.txt"

# Every kind of subject that is about Kubernetes has one.
for subject in cpu memory crash oom image-pull scheduling rollout probe throttling eviction health errors pod deployment statefulset daemonset job \
	node cluster endpoints ingress dns certificate network-policy storage volume storage-class events change quota autoscaling rbac \
	workload-security workload-hygiene; do
	for verb in investigate audit inspect; do
		co-intent --now $NOW 'is the test cluster healthy' | jq -c ".intent.subject = \"$subject\" | .intent.verb = \"$verb\"" | co-plan --now $NOW >"$TMP/plan" 2>/dev/null
		planned '.plan.playbook.name // empty' | grep -q '^kubernetes-' || fail "$verb $subject" "$(planned '.error.message')"
	done
done
pass 'every subject has a playbook'

ask 'is the test cluster healthy'
is 'all contexts of the environment' "$(planned '[.plan.steps[].target.context] | unique | join(" ")')" 'test-eu test-us'
ask 'why does deployment checkout crash in namespace shop of test'
is 'only the namespace and workload that were named' "$(planned '[.plan.params.namespace, .plan.params.name, .plan.steps[0].with.namespace] | join(" ")')" 'shop checkout shop'
unset CLOUDOPS_CONFIG
ask 'why do pods crash in kubernetes'
is 'without an inventory the current context' "$(planned '.plan.steps[0].target | tojson')" '{"environment":"default","name":"current-context"}'
done_testing
