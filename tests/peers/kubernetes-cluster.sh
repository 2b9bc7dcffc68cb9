#!/usr/bin/env bash
# The cluster of the tests (tests/peers/kubernetes/lib.sh) behaves like one: nodes, scheduling, owners, crashing pods, logs, metrics.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source-path=SCRIPTDIR source=kubernetes/lib.sh
. "$(dirname "$0")/kubernetes/lib.sh"
kube_cached || { skip 'a real API server, controller manager and scheduler' "$KUBE_ABSENT"; done_testing; exit; }
ok 'the cluster starts' kube_up n1 n2
like 'its version' "$(kubectl version -o json 2>/dev/null | jq -r .serverVersion.gitVersion)" "^v${KUBERNETES:-1.20.2}"

deployment() { # NAME REPLICAS ANNOTATIONS-AS-JSON
	jq -n --arg name "$1" --argjson replicas "$2" --argjson notes "$3" '{apiVersion: "apps/v1", kind: "Deployment",
		metadata: {name: $name}, spec: {replicas: $replicas, selector: {matchLabels: {app: $name}}, template: {
		metadata: {labels: {app: $name}, annotations: ($notes | with_entries(.key |= "cloudops.test/" + .))},
		spec: {containers: [{name: "main", image: "example.test/app:1", resources: {requests: {cpu: "100m", memory: "64Mi"}}}]}}}}' |
		kubectl apply -f - >/dev/null
}
pods() { kubectl get pods -l app="$1" -o json | jq -c "$2"; } # APP JQ
pods_are() { [ "$(pods "$1" "$2")" = "$3" ]; }
deployment web 3 '{"cpu": "250m"}'
deployment worker 2 '{"state": "crashloop", "exit-code": "3", "previous-log": "panic: no route\n"}'
deployment hungry 1 '{"state": "oom"}'
ok 'pods of a deployment run' await 60 pods_are web '[.items[] | select(.status.phase == "Running") | .metadata.ownerReferences[0].kind]' '["ReplicaSet","ReplicaSet","ReplicaSet"]'
ok 'on both nodes' pods_are web '[.items[].spec.nodeName] | unique' '["n1","n2"]'
ok 'crashing ones crash' await 60 pods_are worker '[.items[].status.containerStatuses[0] | [.state.waiting.reason, .lastState.terminated.exitCode, .restartCount]] | unique' '[["CrashLoopBackOff",3,7]]'
ok 'and are told of in an event' await 60 eval 'kubectl get events --field-selector reason=BackOff -o name | grep -q .'
ok 'others are killed for their memory' await 60 pods_are hungry '[.items[].status.containerStatuses[0].lastState.terminated | [.reason, .exitCode]]' '[["OOMKilled",137]]'
is 'the log of the instance before' "$(kubectl logs --previous deployment/worker 2>/dev/null)" 'panic: no route'
is 'the end of a log' "$(kubectl logs --tail=1 deployment/web 2>/dev/null)" serving
exits 'no log of an instance that never was' 1 kubectl logs --previous deployment/web
used() { kubectl get --raw "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods?labelSelector=app%3Dweb" | jq -e '[.items[].containers[0].usage.cpu] == ["250m", "250m", "250m"]'; }
ok 'usage is what the annotations say' await 60 used
kubectl annotate node n2 cloudops.test/conditions='DiskPressure=True:KubeletHasDiskPressure:low on disk' >/dev/null
tainted() { kubectl get node n2 -o json | jq -e 'any(.spec.taints[]?; .key == "node.kubernetes.io/disk-pressure")'; }
ok 'a node under pressure is tainted by the controller' await 60 tainted
kubectl delete pods -l app=web --wait=false >/dev/null
replaced() { [ "$(pods web '[.items[] | select(.metadata.deletionTimestamp == null and .status.phase == "Running") | .spec.nodeName] | unique')" = '["n1"]' ]; }
ok 'deleted pods go, and come again elsewhere' await 60 replaced
exits 'who has no rights is told so' 1 kubectl --kubeconfig="$KUBE_DIR/nobody.kubeconfig" get pods
like 'by the API server' "$(cat "$ERR")" 'pods is forbidden: User "nobody-token|pods is forbidden: User "token-nobody"'
ok 'the server alone can be started again' kube_restart_server
ok 'and knows what was there' await 60 pods_are web '.items | length >= 3' true
pids=$(cat "$KUBE_DIR"/pids/*)
kube_down
alive() { local pid; for pid in $pids; do ! kill -0 "$pid" 2>/dev/null || return 0; done; return 1; }
exits 'all of it ends' 1 alive
done_testing
