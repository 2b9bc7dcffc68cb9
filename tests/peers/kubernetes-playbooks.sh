#!/usr/bin/env bash
# timeout: 600
# The Kubernetes playbooks on a real cluster. tests/peers/kubernetes/faults/NAME.yaml is a broken state, in a namespace of
# its own; its first lines say with which playbook and parameters to look, and what must be found:
# exactly that; and what else kubernetes-health finds about it.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source-path=SCRIPTDIR source=kubernetes/lib.sh
. "$(dirname "$0")/kubernetes/lib.sh"
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
}

# "SEVERITY RESOURCE TITLE" of what was found, but for mere information; hashes in names of ReplicaSets and pods are masked.
found() {
	jq -r '(.findings // [])[] | select(.severity != "info") | "\(.severity) \(.resource) \(.title)"' "$TMP/run" |
		sed -E 's/-[a-z0-9]{8,10}(-[a-z0-9]{5})?( |$)/-*\2/g' | sort
}
header() { sed -n "s/^# $2: //p" "$FAULTS/$1.yaml"; } # FAULT KEY
look_for() { # FAULT
	local params=()
	mapfile -t params < <(header "$1" param)
	[ "$(header "$1" cluster)" = yes ] || params+=("namespace=$1") # what is of the whole cluster is looked for in all of it
	look "$(header "$1" playbook)" "${params[@]}"
}
finds_all() { look_for "$1" && [ "$(found)" = "$(header "$1" finds | sort)" ]; }

# A healthy cluster gives nothing to get up for, whichever playbook looks.
kubectl apply -f "$FAULTS/healthy.yaml" >/dev/null || fail 'the healthy workloads are taken'
settled() {
	look kubernetes-health && [ -z "$(found)" ] &&
		kubectl get hpa -n healthy web -o json | jq -e '.status.currentCPUUtilizationPercentage != null' &&
		kubectl get pvc -n healthy data -o json | jq -e '.status.phase == "Bound"'
}
ok 'a healthy cluster settles' await 60 settled
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
	kubectl apply -f "$file" >/dev/null || fail "$name is taken by the server"
done
for name in "${faults[@]}"; do
	await 40 finds_all "$name"
	is "$name: $(header "$name" playbook)" "$(found)" "$(header "$name" finds | sort)"
done
is 'one finding for forty crashing pods, with its owner and the line of its log' \
	"$(look_for crash; jq -r '.findings[] | select(.resource == "Deployment/crash/checkout") | .because' "$TMP/run" | grep -cE 'of 40 pods.*ReplicaSet checkout-[a-z0-9]+ -> Deployment checkout.*"FATAL dial tcp')" 1

# What takes more than a file.
told() { # PLAYBOOK REGEX PARAM=VALUE...: whether a finding matches
	local regex=$2
	look "$1" "${@:3}"
	jq -r '(.findings // [])[] | "\(.severity) \(.resource) \(.title) \(.because)"' "$TMP/run" | grep -qE "$regex"
}
kubectl set image -n healthy deployment/web main=registry.test/app:2.0 >/dev/null
ok 'kubernetes-what-changed: a new image' await 20 told kubernetes-what-changed \
	'^info Deployment/healthy/web .*: image registry.test/app:1.0 -> registry.test/app:2.0' namespace=healthy
ok 'kubernetes-events-summary: what the faults complain of' told kubernetes-events-summary '^medium events/BackOff BackOff: [0-9]+ times for (4[0-9]) Pods'
kube_openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$TMP/old.key" -out "$TMP/old.crt" -subj /CN=old -days 3
kubectl apply -f - >/dev/null <<-EOT
	{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "guard"}, "webhooks": [{
	"name": "guard.example.test", "sideEffects": "None", "admissionReviewVersions": ["v1"], "failurePolicy": "Ignore",
	"rules": [{"apiGroups": ["example.test"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["nothings"]}],
	"clientConfig": {"url": "https://127.0.0.1:1/", "caBundle": "$(base64 -w0 <"$TMP/old.crt")"}}]}
EOT
look kubernetes-certificates
like 'kubernetes-certificates: the CA of a webhook' "$(found | grep -v ingress/nocert)" \
	'^high validatingwebhookconfiguration/guard the CA of webhook guard.example.test ends in [23] days$'
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
await 20 all_found
is 'twelve kinds of fault at once' "$(found)" "$(wanted | sort)"

# Who may not look is told so, and gets no "all is well".
KUBECONFIG=$KUBE_DIR/nobody.kubeconfig look kubernetes-crash-loop
like 'without rights nothing is said but that' "$(jq -r '.execution.status, (.summary.text // [])[]' "$TMP/run")" \
	'^failed[[:space:]]not seen: pods: .*403 Forbidden.*not seen: events: .*403 Forbidden'
done_testing
