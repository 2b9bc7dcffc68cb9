#!/usr/bin/env bash
# The Kubernetes playbooks on a real cluster. tests/peers/kubernetes/faults/NAME.yaml is a broken state, in a namespace of
# its own; its first lines say with which playbook and parameters to look, and what must be found:
# exactly that; and what else kubernetes-health finds about it.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source-path=SCRIPTDIR source=kubernetes/lib.sh
. "$(dirname "$0")/kubernetes/lib.sh"
# shellcheck source-path=SCRIPTDIR source=prometheus/lib.sh
. "$(dirname "$0")/prometheus/lib.sh"
FAULTS=$TOP/tests/peers/kubernetes/faults
kube_cached || { skip 'the Kubernetes playbooks on a real cluster' "$KUBE_ABSENT"; done_testing; exit; }
printf 'environments: {test: {kubernetes: [{context: test}]}}\n' >"$TMP/config.yaml"
chmod 600 "$TMP/config.yaml"
export CLOUDOPS_CONFIG=$TMP/config.yaml
kube_up n1 n2 || { fail 'the cluster starts'; done_testing; exit; }

look() { # PLAYBOOK PARAM=VALUE...: the run document in $TMP/run
	local playbook=$1 params=() param
	shift
	for param; do params+=(--param "$param"); done
	co-intent 'is the test cluster healthy' | co-plan --playbook "$playbook" "${params[@]}" | co-policy | co-exec >"$TMP/run" 2>"$ERR"
	jq -r '(.findings // [])[] | "\(.playbook // $name) \(.id)"' --arg name "$playbook" "$TMP/run" >>"$TMP/fired"
}

# "SEVERITY RESOURCE TITLE" of what was found, but for mere information; hashes in names of ReplicaSets and pods, and ages, are masked.
found() {
	jq -r '(.findings // [])[] | select(.severity != "info") | "\(.severity) \(.resource) \(.title)"' "$TMP/run" |
		sed -E 's/-[a-z0-9]{8,10}(-[a-z0-9]{5})?( |$)/-*\2/g; s/[0-9]+ (s|minutes|hours|days) (ago|for)/* \2/' | sort
}
apply() { sed "s/UID-OF-N1/$(kubectl get node n1 -o 'jsonpath={.metadata.uid}')/" "$FAULTS/$1.yaml" | kube_apply; } # FAULT
header() { sed -n "s/^# $2: //p" "$FAULTS/$1.yaml"; } # FAULT KEY
look_for() { # FAULT
	local params=()
	mapfile -t params < <(header "$1" param)
	[ "$(header "$1" cluster)" = yes ] || params+=("namespace=$1") # what is of the whole cluster is looked for in all of it
	look "$(header "$1" playbook)" "${params[@]}"
}
finds_all() { look_for "$1" && [ "$(found)" = "$(header "$1" finds | sort)" ]; }

# A healthy cluster gives nothing to get up for, whichever playbook looks.
apply healthy || fail 'the healthy workloads are taken'
settled() {
	look kubernetes-health && [ -z "$(found)" ] &&
		kubectl get horizontalpodautoscalers.v1.autoscaling -n healthy web -o json | jq -e '.status.currentCPUUtilizationPercentage != null' &&
		kubectl get pvc -n healthy data -o json | jq -e '.status.phase == "Bound"'
}
ok 'a healthy cluster settles' await 180 settled
kubectl delete events --all --all-namespaces >/dev/null # of the start: the autoscaler came before its first metrics
for file in "$TOP"/playbooks/kubernetes/*.yaml; do
	name=$(basename "$file" .yaml)
	look "$name"
	is "healthy: $name" "$(jq -r .execution.status "$TMP/run") $(found)" 'done '
done

# Every fault alone: what it says is found, all of it and nothing else.
faults=()
for file in "$FAULTS"/*.yaml; do
	name=$(basename "$file" .yaml)
	[ "$name" != healthy ] || continue
	faults+=("$name")
	apply "$name" || fail "$name is taken by the server"
done
for name in "${faults[@]}"; do
	await 40 finds_all "$name"
	is "$name: $(header "$name" playbook)" "$(found)" "$(header "$name" finds | sort)"
done
is 'one finding for forty crashing pods, with its owner and the line of its log' \
	"$(look_for crash; jq -r '.findings[] | select(.resource == "Deployment/crash/checkout") | .because' "$TMP/run" | grep -cE 'of 40 pods.*"FATAL dial tcp.*ReplicaSet checkout-[a-z0-9]+ -> Deployment checkout')" 1

# What takes more than a file.
told() { # PLAYBOOK REGEX PARAM=VALUE...: whether a finding matches
	local regex=$2
	look "$1" "${@:3}"
	jq -r '(.findings // [])[] | "\(.severity) \(.resource) \(.title) \(.because)"' "$TMP/run" | grep -qE "$regex"
}
kubectl set image -n healthy deployment/web main=registry.test/app:2.0 >/dev/null
ok 'kubernetes-what-changed: a new image' await 60 told kubernetes-what-changed \
	'^info Deployment/healthy/web .*: image registry.test/app:1.0 -> registry.test/app:2.0' namespace=healthy
ok 'kubernetes-events-summary: what the faults complain of' told kubernetes-events-summary '^medium events/BackOff BackOff: [0-9]+ times for (4[0-9]) Pods'
kube_openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$TMP/old.key" -out "$TMP/old.crt" -subj /CN=old -days 3
kubectl apply -f - >/dev/null <<-EOT
	{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "guard"}, "webhooks": [{
	"name": "guard.example.test", "sideEffects": "None", "admissionReviewVersions": ["v1"], "failurePolicy": "Ignore",
	"rules": [{"apiGroups": ["example.test"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["nothings"]}],
	"clientConfig": {"url": "https://127.0.0.1:1/", "caBundle": "$(base64 -w0 <"$TMP/old.crt")"}}]}
EOT
ok 'kubernetes-certificates: the CA of a webhook' told kubernetes-certificates \
	'^high validatingwebhookconfiguration/guard the CA of webhook guard.example.test ends in [23] days'
kubectl patch deployment -n kube-system coredns -p '{"spec": {"template": {"metadata": {"annotations": {"cloudops.test/state": "crashloop"}}}}}' >/dev/null
ok 'kubernetes-dns: a rollout that breaks it' await 30 told kubernetes-dns '^high Service/kube-system/kube-dns only 2 of 3 DNS pods are ready .*1 CrashLoopBackOff'

# All of it at once, over the whole cluster: every fault is found, and no other thing.
wanted() {
	for name in "${faults[@]}"; do
		grep -qx "  - $(header "$name" playbook)" "$TOP/playbooks/kubernetes/kubernetes-health.yaml" && header "$name" finds
		header "$name" also
	done
	echo 'high Service/kube-system/kube-dns only 2 of 3 DNS pods are ready'
	echo 'high Deployment/kube-system/coredns Deployment kube-system/coredns keeps crashing: its program ends'
}
all_found() { look kubernetes-health patience=0 && [ "$(found)" = "$(wanted | sort)" ]; }
await 60 all_found
is 'twelve kinds of fault at once' "$(found)" "$(wanted | sort)"

# What goes wrong with what was well, one after the other.
kubectl create configmap -n healthy settings --from-literal=url=a >/dev/null
created=$(date +%s)
kubectl patch statefulset -n healthy db -p '{"spec": {"template": {"metadata": {"annotations": {"cloudops.test/state": "crashloop"}}}}}' >/dev/null
ok 'kubernetes-rollout-stuck: a StatefulSet waits for a pod that crashes' await 30 told kubernetes-rollout-stuck \
	'^high StatefulSet/healthy/db the rollout of StatefulSet healthy/db waits for a pod: 1 of 2 updated, 1 ready' namespace=healthy
ok 'kubernetes-what-changed: that it was rolled out' told kubernetes-what-changed '^info StatefulSet/healthy/db StatefulSet healthy/db was rolled out' namespace=healthy
in_another_second() { [ "$(date +%s)" -gt "$created" ]; } # the server keeps whole seconds: else it was made so
await 5 in_another_second
kubectl patch configmap -n healthy settings -p '{"data": {"url": "b"}}' >/dev/null
ok 'and that a ConfigMap was changed, and by whom' await 60 told kubernetes-what-changed 'ConfigMap settings \([0-9]+ s ago, changed by kubectl-patch\)' namespace=healthy
kubectl cordon n2 >/dev/null
ok 'kubernetes-node-pressure: a node that was cordoned' told kubernetes-node-pressure '^info nodes 1 node cordoned: n2'
for name in network-policy risky-workloads hygiene pvc-pending; do look kubernetes-$name; done # what they say of all is mere information

kubectl rollout undo -n kube-system deployment/coredns >/dev/null
dns_well() { look kubernetes-dns && [ -z "$(found)" ]; }
ok 'kubernetes-dns: gone back, it is well' await 30 dns_well
kubectl annotate pods -n kube-system -l k8s-app=kube-dns --overwrite cloudops.test/restarts=4 \
	cloudops.test/log="$(printf '[ERROR] plugin/errors: 2 db.test. A: read udp 10.1.0.9:53: i/o timeout\n%.0s' 1 2 3 4 5 6)" >/dev/null
ok 'its pods start again' await 60 told kubernetes-dns '^medium Service/kube-system/kube-dns 2 DNS pods started again up to 4 times'
ok 'and cannot reach whom they forward to' told kubernetes-dns '^medium .* report errors .* 12 of the last lines of their logs: ".*i/o timeout"'
kubectl scale -n kube-system deployment/coredns --replicas=1 >/dev/null
ok 'one is left' await 60 told kubernetes-dns '^info Deployment/kube-system/coredns DNS has one replica'
kubectl scale -n kube-system deployment/coredns --replicas=0 >/dev/null
ok 'none is left: nothing is worse' await 60 told kubernetes-dns '^critical Service/kube-system/kube-dns no name is resolved .*there is no DNS pod'

# What a Prometheus of the same environment knows: counters of the kubelet's, of pods that were rolled out just now.
periods() { # SECONDS PODS...: the first is held back in most of its periods, the others in few
	local n=$1 pod share=8
	for pod in "${@:2}"; do
		printf 'container_cpu_cfs_periods_total{namespace="cpu",pod="%s",container="main"} %s\n' "$pod" $((n * 10))
		printf 'container_cpu_cfs_throttled_periods_total{namespace="cpu",pod="%s",container="main"} %s\n' "$pod" $((n * share))
		share=1
	done | metrics
}
throttled() {
	local pods n
	kubectl set image -n cpu deployment/spin main=registry.test/app:1.1 >/dev/null
	kubectl rollout status -n cpu deployment/spin --timeout=30s >/dev/null || return
	mapfile -t pods < <(kubectl get pods -n cpu -o json | jq -r '.items[] | select(.status.phase == "Running" and .metadata.deletionTimestamp == null).metadata.name' | sort -r)
	printf 'environments: {test: {kubernetes: [{context: test}], prometheus: [{url: "%s"}]}}\n' "$PROMETHEUS_URL" >"$TMP/config.yaml"
	for n in 1 2 3; do
		periods $n "${pods[@]}"
		await 60 asked "count(container_cpu_cfs_periods_total == $((n * 10)))" '.data.result[0].value[1] | tonumber >= 3' || return
	done
	told kubernetes-high-cpu '^high Deployment/cpu/spin .*throttled in 80% of its CPU periods container main of 1 pod .* of 200m .* ago it was rolled out: image registry.test/app:1.0 -> registry.test/app:1.1' namespace=cpu
}
if prometheus_here; then
	mkdir -p "$PROMETHEUS_DIR"
	ok 'a Prometheus starts' prometheus_up
	trap 'prometheus_down; kube_down; tap_cleanup' EXIT
	ok 'kubernetes-high-cpu: throttling, and the change that preceded it' throttled
	is 'of one workload, not of those that are held back a little' "$(jq -r '.findings[] | select(.id == "throttled").resource' "$TMP/run")" Deployment/cpu/spin
else
	skip 'throttling as Prometheus knows it' "$PROMETHEUS_ABSENT"
	echo 'kubernetes-high-cpu throttled' >>"$TMP/fired"
fi

kube_end manager
kubectl set image -n healthy deployment/web main=registry.test/app:3.0 >/dev/null
ok 'kubernetes-rollout-stuck: no controller takes up a change' told kubernetes-rollout-stuck \
	'^high deployments/healthy/web no controller has taken up the last change' namespace=healthy patience=0
kube_request PATCH /apis/batch/v1/namespaces/healthy/cronjobs/nightly/status '{"status": {"lastScheduleTime": "2020-01-01T03:00:00Z"}}' \
	application/merge-patch+json >/dev/null
[ "$KUBE_CODE" = 200 ] || kube_request PATCH /apis/batch/v1beta1/namespaces/healthy/cronjobs/nightly/status \
	'{"status": {"lastScheduleTime": "2020-01-01T03:00:00Z"}}' application/merge-patch+json >/dev/null
ok 'kubernetes-job-failing: and a cron job does not run' told kubernetes-job-failing \
	'^high CronJob/healthy/nightly CronJob healthy/nightly does not run when it should' namespace=healthy

# All that the playbooks can say was said here.
rules() {
	local file
	for file in "$TOP"/playbooks/kubernetes/*.yaml; do
		sed -n "/^findings:/,/^[a-z]*:\$/s/^  - id: /$(basename "$file" .yaml) /p" "$file"
	done
}
is 'every rule has found something here' "$(comm -23 <(rules | sort) <(sort -u "$TMP/fired"))" ''

# Who may not look is told so, and gets no "all is well".
KUBECONFIG=$KUBE_DIR/nobody.kubeconfig look kubernetes-crash-loop
like 'without rights nothing is said but that' "$(jq -r '.execution.status, (.summary.text // [])[]' "$TMP/run")" \
	'^failed[[:space:]]not seen: pods: "test" does not let you list pods.*not seen: events: '
done_testing
