#!/usr/bin/env bash
# The Kubernetes provider against a real API server: every operation, every refusal, kubectl as the judge of what is read.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=../plan.sh
. "$TOP/tests/plan.sh"
# shellcheck source=kubernetes/lib.sh
. "$(dirname "$0")/kubernetes/lib.sh"
# shellcheck source=kubernetes/ask.sh
. "$(dirname "$0")/kubernetes/ask.sh"
kube_cached || { skip 'a real API server' "$KUBE_ABSENT"; done_testing; exit; }
kube_up n1 || { fail 'the cluster starts'; done_testing; exit; }
# ---- things to look at
kube_request POST /api/v1/namespaces '{"metadata": {"name": "shop"}}' >/dev/null
ok 'it answers as it did when the corpus was made' bash -c "python3 $KUBE_HERE/corpus.py $KUBE_URL $KUBE_CA admin-token $KUBE_HERE/corpus.tsv | diff - $KUBE_HERE/corpus.out"
kube_apply <<'END'
apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web, namespace: shop, labels: {tier: front}}
  spec:
    replicas: 3
    selector: {matchLabels: {app: web}}
    template:
      metadata: {labels: {app: web}}
      spec: {containers: [{name: main, image: "x:1"}, {name: side, image: "y:1"}]}
- {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}, ports: [{port: 80}]}}
- {apiVersion: v1, kind: Secret, metadata: {name: key, namespace: shop}, stringData: {password: hunter2, user: bob}}
- {apiVersion: v1, kind: Pod, metadata: {name: alone, namespace: shop}, spec: {nodeName: "", schedulerName: none, containers: [{name: main, image: x}]}}
- {apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: {name: web, namespace: shop}, spec: {minAvailable: "100%", selector: {matchLabels: {app: web}}}}
- {apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: web, namespace: shop}, spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}
- {apiVersion: batch/v1beta1, kind: CronJob, metadata: {name: nightly, namespace: shop}, spec: {suspend: true, schedule: "0 1 * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}}}
- {apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, namespace: shop}, spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}}
- {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: none, namespace: shop}, spec: {podSelector: {}}}
- {apiVersion: v1, kind: ResourceQuota, metadata: {name: q, namespace: shop}, spec: {hard: {pods: "50"}}}
- {apiVersion: v1, kind: LimitRange, metadata: {name: l, namespace: shop}, spec: {limits: [{type: Container, default: {cpu: 100m}}]}}
- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
- {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: none}
- {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 5}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: look, namespace: shop}, rules: [{apiGroups: [""], resources: [pods], verbs: [list, get]}]}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: look, namespace: shop}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: look}, subjects: [{kind: Group, name: devs}]}
- apiVersion: apiextensions.k8s.io/v1
  kind: CustomResourceDefinition
  metadata: {name: widgets.example.com}
  spec:
    group: example.com
    scope: Namespaced
    names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd]}
    versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
END
for i in $(seq 12); do echo "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"cm$i\", \"namespace\": \"shop\", \"labels\": {\"half\": \"$((i % 2))\"}}, \"data\": {\"n\": \"$i\"}}"; done | kubectl apply -f - >/dev/null
pods_run() { [ "$(kubectl -n shop get pods -l app=web --field-selector status.phase=Running -o name | wc -l)" = 3 ]; }
ok 'pods run' await 30 pods_run
widget() { kubectl apply -f - <<<'{"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w", "namespace": "shop"}, "size": 3}'; }
ok 'a custom resource is made' await 60 widget

# ---- kubectl as the judge: what, our parameters, its words
cat >"$TMP/reads" <<'END'
nodes||nodes
namespaces||namespaces
pods||pods -A
pods|{"namespace": "shop"}|pods -n shop
po|{"labels": "app=web"}|pods -A -l app=web
Pod|{"labels": "app in (web, x), app!=y"}|pods -A -l 'app in (web, x), app!=y'
pods.v1.|{"fields": "status.phase=Pending"}|pods -A --field-selector status.phase=Pending
pods|{"fields": "metadata.name=alone", "namespace": "shop"}|pods -n shop --field-selector metadata.name=alone
deployments||deployments -A
deploy|{"labels": "tier=front"}|deployments -A -l tier=front
deployments.apps|{"labels": "tier=none"}|deployments -A -l tier=none
deployments.v1.apps||deployments -A
replicasets||replicasets -A
rs|{"labels": "app"}|rs -A -l app
statefulsets||statefulsets -A
daemonsets||daemonsets -A
services||services -A
svc|{"fields": "metadata.namespace=shop"}|svc -A --field-selector metadata.namespace=shop
endpoints||endpoints -A
endpointslices||endpointslices -A
ingresses||ingresses.networking.k8s.io -A
networkpolicies||networkpolicies -A
configmaps||configmaps -A
cm|{"namespace": "shop", "labels": "half=1"}|cm -n shop -l half=1
serviceaccounts||serviceaccounts -A
resourcequotas||resourcequotas -A
limitranges||limitranges -A
persistentvolumeclaims||pvc -A
persistentvolumes||pv
storageclasses||storageclasses
priorityclasses||priorityclasses
horizontalpodautoscalers||hpa -A
poddisruptionbudgets||pdb -A
cronjobs||cronjobs -A
jobs||jobs -A
roles||roles -A
rolebindings||rolebindings -A
clusterroles||clusterroles
clusterrolebindings|{"labels": "kubernetes.io/bootstrapping=rbac-defaults"}|clusterrolebindings -l kubernetes.io/bootstrapping=rbac-defaults
customresourcedefinitions||customresourcedefinitions
apiservices||apiservices
widgets.example.com||widgets.example.com -A
widget.example.com||widgets.example.com -A
wd.example.com|{"namespace": "shop"}|widgets.example.com -n shop
flowschemas||flowschemas
leases||leases -A
nodes.metrics.k8s.io||nodes.metrics.k8s.io
END
# Without what the cluster itself changes from one second to the next.
sorted='[.items | sort_by(.metadata.namespace, .metadata.name)[] | del(.timestamp, .usage, .window, .spec.renewTime) |
	if .kind == "NodeMetrics" then del(.metadata.creationTimestamp) elif .kind == "Lease" then del(.metadata.resourceVersion)
	elif .kind == "HorizontalPodAutoscaler" then del(.status, .metadata.resourceVersion, .metadata.annotations) else . end]'
kubectl_says() { eval "kubectl get $2 -o json" 2>/dev/null | jq -cS "$sorted" >"$TMP/theirs.$1"; } # LINE-NUMBER WORDS
i=0 steps=
while IFS='|' read -r what with words; do
	i=$((i + 1))
	access=list
	case $what in cm | configmaps) access=read ;; esac
	steps+="${steps:+,}$(step "s$i" list "$what" "${with:-{\}}" $access)"
done <"$TMP/reads"
document "[$steps]" >"$TMP/all.json"
ok "$i lists in one plan" co-exec -q <"$TMP/all.json"
cp "$OUT" "$TMP/all.out"
i=0
while IFS='|' read -r what with words; do
	i=$((i + 1))
	kubectl_says $i "$words"
	jq -cS --arg id "s$i" ".execution.steps[] | select(.id == \$id) | .output | $sorted" "$TMP/all.out" >"$TMP/ours.$i"
	ok "list $what $with is kubectl get $words ($(jq length "$TMP/ours.$i"))" cmp "$TMP/ours.$i" "$TMP/theirs.$i"
done <"$TMP/reads"
for object in 'deployments web' 'pods alone' 'widgets.example.com w' 'services web'; do
	read -r what name <<<"$object"
	is "get $object is what kubectl gets" "$(read_kube get "$what" '{"name": "'"$name"'", "namespace": "shop"}' read | jq -cS '.execution.steps[0].output')" \
		"$(kubectl -n shop get "$what" "$name" -o json | jq -cS .)"
done
is 'the scale of a deployment' "$(read_kube get deployments/scale '{"name": "web", "namespace": "shop"}' read | output '[.kind, .spec.replicas]')" '["Scale",3]'
is 'only what is wanted is kept' "$(read_kube list pods '{"namespace": "shop", "labels": "app=web", "limit": 1, "only": ["kind", "metadata.labels.app", "status.phase", "none.such"]}' | output . | jq -cS .)" \
	'{"items":[{"kind":"Pod","metadata":{"labels":{"app":"web"}},"status":{"phase":"Running"}}],"truncated":true}'
is 'what is deprecated is served with a warning' "$(read_kube list componentstatuses | output .warnings[0])" '"v1 ComponentStatus is deprecated in v1.19+"'
if kube_older_than 1.22; then
	is 'and so are old versions of an API' "$(read_kube list ingresses.extensions | output '[.items[0].apiVersion, .warnings[0]]')" \
		'["extensions/v1beta1","extensions/v1beta1 Ingress is deprecated in v1.14+, unavailable in v1.22+; use networking.k8s.io/v1 Ingress"]'
fi

# ---- secrets
is 'a list of secrets has no values' "$(read_kube list secrets '{"namespace": "shop"}' | output '[.items[] | select(.metadata.name == "key") | keys]')" '[["apiVersion","kind","metadata"]]'
is 'nor has one of them, by any of its names' "$(read_kube get Secret '{"name": "key", "namespace": "shop"}' | output '[.kind, .data, .stringData, .metadata.annotations]')" '["Secret",null,null,{}]'
is 'not even a changed one' "$(change_kube label secrets '{"name": "key", "namespace": "shop", "labels": {"a": "b"}}' tagging | output '[.data, .metadata.labels.a]')" '[null,"b"]'
(await 5 false; kubectl -n shop label secret key a=c --overwrite) >/dev/null 2>&1 &
later=$!
is 'a watch neither' "$(read_kube watch secrets '{"for": "20s", "events": 1}' read | output '.events[0].object | [.data, .metadata.labels.a]')" '[null,"c"]'
wait $later
is 'its value is only revealed' "$(read_kube reveal secrets '{"name": "key", "namespace": "shop", "keys": ["user"]}' secret | output .)" '{"name":"key","type":"Opaque","values":{"user":"bob"}}'

# ---- logs and watches
pod=$(kubectl -n shop get pods -l app=web -o jsonpath='{.items[0].metadata.name}')
logs() { read_kube logs pods '{"namespace": "shop", "tail": 200, "bytes": 262144, "name": "'"$1"'"'"${2-}"'}' read; }
logs "$pod" >"$OUT"
like 'a container must be chosen where there are several' "$(why <"$OUT")" '^invalid: .*choose one of: \[main side\]'
is 'the log of one' "$(logs "$pod" ', "container": "main"' | output '[.truncated, (.lines | length > 0), .lines[-1]]')" "[false,true,\"$(kubectl -n shop logs "$pod" -c main --tail=1)\"]"
is 'its last line' "$(logs "$pod" ', "container": "main"' | jq -c . >/dev/null; document "[$(step s logs pods '{"namespace": "shop", "name": "'"$pod"'", "container": "main", "tail": 1, "bytes": 3}' read)]" | co-exec -q | output '[.truncated, (.lines[0] | length)]')" '[true,3]'
is 'a pod that is nowhere has an empty log' "$(logs alone | output .)" '{"lines":[],"truncated":false}'
like 'no instance before this one' "$(logs "$pod" ', "container": "main", "previous": true' | why)" '^(invalid|not-found|server-error): '
(await 5 false; kubectl -n shop annotate cm cm1 seen=1) >/dev/null 2>&1 &
later=$!
read_kube watch configmaps '{"namespace": "shop", "for": "20s", "events": 1, "only": ["metadata.name"]}' read >"$OUT"
is 'a watch brings what happens' "$(output .events <"$OUT")" '[{"type":"MODIFIED","object":{"metadata":{"name":"cm1"}}}]'
wait $later
is 'and ends in peace when nothing does' "$(read_kube watch nodes '{"for": "1s", "events": 100, "fields": "metadata.name=none"}' read | output '[.events, (.resourceVersion | tonumber > 0)]')" '[[],true]'

# ---- changes; with the autoscaler gone, which has a mind of its own
kubectl -n shop delete hpa web >/dev/null
is 'create' "$(change_kube create configmaps '{"namespace": "shop", "body": {"metadata": {"name": "made"}, "data": {"a": "1"}}}' | output '[.kind, .data]')" '["ConfigMap",{"a":"1"}]'
like 'what is made says by which change' "$(kubectl -n shop get cm made -o json --show-managed-fields | jq -r '.metadata.managedFields[].manager')" '^cloudops-[0-9a-f]{20}$'
change_kube create configmaps '{"namespace": "shop", "body": {"metadata": {"name": "made"}}}' >"$OUT"; refused 'what is there is not made again' $? '1 step-failed'
like 'by the reason of the server' "$(why <"$OUT")" '^already-exists: .*configmaps "made" already exists'
patch='{"namespace": "shop", "name": "web", "type": "strategic", "body": {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "x:2"}]}}}}}'
is 'a strategic patch merges containers by name' "$(change_kube patch deployments "$patch" | output '[.spec.template.spec.containers[].image] | sort')" '["x:2","y:1"]'
is 'a merge patch replaces lists' "$(change_kube patch deployments "${patch/strategic/merge}" write --dry-run=server | output '[.spec.template.spec.containers[].image]')" '["x:2"]'
is 'a rehearsal has changed nothing' "$(kubectl -n shop get deploy web -o json | jq -c '[.spec.template.spec.containers[].image] | sort')" '["x:2","y:1"]'
is 'a JSON patch' "$(change_kube patch configmaps '{"namespace": "shop", "name": "made", "type": "json", "operations": [{"op": "test", "path": "/data/a", "value": "1"}, {"op": "add", "path": "/data/b", "value": "2"}]}' | output .data)" '{"a":"1","b":"2"}'
change_kube patch configmaps '{"namespace": "shop", "name": "made", "type": "json", "operations": [{"op": "test", "path": "/data/a", "value": "9"}]}' >"$OUT"; refused 'whose test fails' $? '3 step-failed'
is 'server-side apply' "$(change_kube apply configmaps '{"namespace": "shop", "name": "made", "force": true, "body": {"data": {"a": "7"}}}' | output .data)" '{"a":"7","b":"2"}'
kubectl -n shop apply --server-side --field-manager=other --force-conflicts -f - >/dev/null <<<'{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "made"}, "data": {"a": "8"}}'
change_kube apply configmaps '{"namespace": "shop", "name": "made", "force": false, "body": {"data": {"a": "9"}}}' >"$OUT"; refused 'fields of another manager are not taken' $? '1 step-failed'
like 'and it is named' "$(why <"$OUT")" '^conflict: .*conflict with "other".*\.data\.a'
is 'the scale is changed' "$(change_kube patch deployments/scale '{"namespace": "shop", "name": "web", "body": {"spec": {"replicas": 4}}}' | output .spec)" '{"replicas":4}'
change_kube patch deployments/scale '{"namespace": "shop", "name": "web", "body": {"spec": {"replicas": -1}}}' >"$OUT"; refused 'but not to less than nothing' $? '3 step-failed'
is 'a status is changed, and nothing beside it' "$(change_kube patch pods/status '{"namespace": "shop", "name": "alone", "body": {"status": {"reason": "X"}, "spec": {"activeDeadlineSeconds": 5}}}' | output '[.status.reason, .spec.activeDeadlineSeconds]')" '["X",null]'
is 'labels' "$(change_kube label pods '{"namespace": "shop", "name": "alone", "labels": {"x": "y"}}' tagging | output .metadata.labels)" '{"x":"y"}'
ok 'the deployment settles' kubectl -n shop rollout status deployment/web --timeout=30s
pod=$(kubectl -n shop get pods -l app=web --field-selector status.phase=Running -o jsonpath='{.items[0].metadata.name}')
budgeted() { kubectl -n shop get pdb web -o json | jq -e '.status.currentHealthy >= 4'; }
await 60 budgeted
change_kube evict pods '{"namespace": "shop", "name": "'"$pod"'"}' >"$OUT"; refused 'a disruption budget says no' $? '1 step-failed'
like 'and why' "$(why <"$OUT")" '^disruption-budget: .*The disruption budget web needs [0-9]+ healthy pods'
kubectl -n shop delete pdb web >/dev/null
is 'without it the pod is evicted' "$(change_kube evict pods '{"namespace": "shop", "name": "'"$pod"'", "grace": "0s"}' | output .name)" "\"$pod\""
gone() { ! kubectl -n shop get pod "$pod"; }
ok 'and goes' await 60 gone
uid=$(kubectl -n shop get cm cm12 -o jsonpath='{.metadata.uid}')
change_kube delete configmaps '{"namespace": "shop", "name": "cm12", "propagation": "Background", "uid": "0-0"}' >"$OUT"; refused 'another uid is another thing' $? '1 step-failed'
is 'a rehearsed delete' "$(change_kube delete configmaps '{"namespace": "shop", "name": "cm12", "propagation": "Background", "uid": "'"$uid"'"}' write --dry-run=server | output .uid)" "\"$uid\""
is 'deletes nothing' "$(kubectl -n shop get cm cm12 -o name)" configmap/cm12
is 'a delete' "$(change_kube delete configmaps '{"namespace": "shop", "name": "cm12", "propagation": "Background", "uid": "'"$uid"'"}' | output .uid)" "\"$uid\""
exits 'does' 1 kubectl -n shop get cm cm12
for bad in '{"namespace": "shop", "name": "../x"}' '{"namespace": "Shop", "name": "web"}' '{"namespace": "shop", "name": ""}'; do
	read_kube get deployments "$bad" read >"$OUT"; refused "no name: $bad" $? '3 step-failed'
done

# ---- what is not allowed
export KUBECONFIG=$KUBE_DIR/devtoken.kubeconfig
is 'namespaces that may not be read are told, the rest is read' "$(read_kube list pods '{"namespaces": ["default", "shop", "kube-system"], "only": ["metadata.name"], "labels": "x=y"}' | output '[.items, [.unseen[] | [.namespace, .code]]]')" \
	'[[{"metadata":{"name":"alone"}}],[["default","forbidden"],["kube-system","forbidden"]]]'
read_kube list pods >"$OUT"; refused 'all of them are too many' $? '5 step-failed'
like 'with what would allow it' "$(why <"$OUT")" '^forbidden: "test" does not let you list pods; a ClusterRole with \{apiGroups: \[""\], resources: \["pods"\], verbs: \["list"\]\} does'
change_kube patch deployments/scale '{"namespace": "shop", "name": "web", "body": {"spec": {"replicas": 9}}}' >"$OUT"; refused 'a plan that is not allowed is refused' $? '1 forbidden'
like 'with all that is missing' "$(cat "$TMP/said")" 'does not let you get deployments.apps/scale in shop, patch deployments.apps/scale in shop, list namespaces'
is 'before any of it' "$(jq -c '.execution | [.status, .calls]' "$OUT")" '["refused",0]'
sed 's/token: dev-token/token: wrong/' "$KUBECONFIG" >"$TMP/wrong.kubeconfig"
chmod 600 "$TMP/wrong.kubeconfig"
KUBECONFIG=$TMP/wrong.kubeconfig read_kube list pods >"$OUT"; refused 'a token that is none' $? '5 step-failed'
like 'is called that' "$(why <"$OUT")" '^unauthorized: .*401'
sed 's/{token: dev-token}/{token: admin-token, as: jane, as-groups: [devs], as-user-extra: {a: [b]}}/' "$KUBECONFIG" >"$TMP/as.kubeconfig"
chmod 600 "$TMP/as.kubeconfig"
KUBECONFIG=$TMP/as.kubeconfig read_kube list pods >"$OUT"
like 'as somebody else' "$(why <"$OUT")" '^forbidden: .*does not let you list pods;'
is 'with the rights of that one' "$(KUBECONFIG=$TMP/as.kubeconfig read_kube list pods '{"namespace": "shop", "labels": "x=y"}' | output '.items | length')" 1

# ---- credentials: client certificates were used above; tokens in files, and plugins
config_of() { sed "s#{token: dev-token}#{$1}#" "$KUBE_DIR/devtoken.kubeconfig" >"$TMP/my.kubeconfig"; chmod 600 "$TMP/my.kubeconfig"; }
echo admin-token >"$TMP/token"
config_of 'tokenFile: token'
export KUBECONFIG=$TMP/my.kubeconfig
is 'a token in a file, beside the kubeconfig' "$(read_kube list nodes | output '.items | length')" 1
cat >"$TMP/plugin" <<'END'
#!/bin/bash
# Each time another token, of which the first is refused; tells what it was told.
d=$(dirname "$0")
echo run >>"$d/runs"
echo "$KUBERNETES_EXEC_INFO $1 $MINE" >"$d/told"
token=$([ "$(wc -l <"$d/runs")" = 1 ] && echo refused || echo admin-token)
version=$(jq -r .apiVersion <<<"$KUBERNETES_EXEC_INFO")
jq -n --arg token "$token" --arg version "$version" --arg until "$(cat "$d/end" 2>/dev/null)" '{apiVersion: $version, kind: "ExecCredential",
	status: ({token: $token} + if $until == "" then {} else {expirationTimestamp: $until} end)}'
END
chmod 755 "$TMP/plugin"
for version in v1 v1beta1; do
	rm -f "$TMP/runs"
	config_of "exec: {apiVersion: client.authentication.k8s.io/$version, command: ./plugin, args: [word], env: [{name: MINE, value: x}], provideClusterInfo: true, interactiveMode: Never}"
	is "a plugin of $version, whose first token is refused, is run again" "$(read_kube list nodes | output '.items | length') $(wc -l <"$TMP/runs")" '1 2'
	like 'and is told of the cluster' "$(cat "$TMP/told")" "$KUBE_URL.* word x\$"
done
echo 2020-01-01T00:00:00Z >"$TMP/end"
echo run >"$TMP/runs"
read_kube list nodes >/dev/null
like 'a credential that has ended is renewed for each request' "$(wc -l <"$TMP/runs")" '^[3-9]$'
date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%S.5+00:00 >"$TMP/end"
echo run >"$TMP/runs"
read_kube list nodes >/dev/null
is 'one that is good is kept' "$(wc -l <"$TMP/runs")" 2
printf '#!/bin/sh\nexit 3\n' >"$TMP/plugin"
read_kube list nodes >"$OUT"; refused 'a plugin that fails' $? '5 step-failed'
like 'is named' "$(why <"$OUT")" 'plugin: the credential plugin .*plugin" of context "test" ended with exit code 3'
export KUBECONFIG=$KUBE_DIR/admin.kubeconfig

# ---- a service account for runs, and rights that are exactly what a plan says it needs
kubectl apply -f - >/dev/null <<'END'
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ServiceAccount, metadata: {name: runs, namespace: shop}}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: runs, namespace: shop}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: look}, subjects: [{kind: ServiceAccount, name: runs, namespace: shop}]}
END
sed -i 's#{context: test}#{context: test, service_account: shop/runs}#' "$XDG_CONFIG_HOME/cloudops/config.yaml"
is 'a run acts as the service account' "$(read_kube list pods '{"namespace": "shop", "labels": "x=y"}' | output '.items | length')" 1
read_kube list nodes >"$OUT"
like 'and has its rights, not those of the administrator' "$(why <"$OUT")" '^forbidden: .*does not let you list nodes;'
KUBECONFIG=$KUBE_DIR/devtoken.kubeconfig read_kube list pods '{"namespace": "shop"}' >"$OUT"
like 'who may not ask for its token is told so' "$(why <"$OUT")" 'forbidden: acting as service account "shop/runs": '
sed -i 's#, service_account: shop/runs##' "$XDG_CONFIG_HOME/cloudops/config.yaml"

mkdir -p "$TMP/playbooks/kubernetes"
cat >"$TMP/playbooks/kubernetes/scale.yaml" <<'END'
playbook: scale
version: 1
title: Scale a deployment
changes: true
match: {verb: [remediate], action: [scale], subject: [deployment], provider: [kubernetes]}
targets: kubernetes.contexts
params: {replicas: {type: integer, default: 5}}
steps:
  - id: before
    call: kubernetes get deployments
    with: {namespace: shop, name: web}
  - id: scale
    call: kubernetes patch deployments/scale
    with: {namespace: shop, name: web, body: {spec: {replicas: "${ $params.replicas }"}}}
    require: ["${ $steps.before.spec.replicas > 0 }"]
    verify: {call: kubernetes get deployments, with: {namespace: shop, name: web}, until: "${ .status.readyReplicas == $params.replicas }", within: 60s}
    undo: {call: kubernetes patch deployments/scale, with: {namespace: shop, name: web, body: {spec: {replicas: "${ $steps.before.spec.replicas }"}}}}
findings: []
END
export CLOUDOPS_PLAYBOOKS=$TMP/playbooks
jq -nc '{co: "run/1", id: "01JDBV4K6T5R9M3ZC8Q0W2XNYH", request: {text: "x", by: "alice", uid: 0, host: "h", at: "2026-11-23T06:18:59Z", via: "pipe"},
	intent: {verb: "remediate", subject: "deployment", action: "scale", target: {provider: "kubernetes", environment: "test"}, parameters: {}, constraints: [],
	confidence: 93, parser: {kind: "rules", version: 1}}}' >"$TMP/intent.json"
ok 'a plan for a cluster' co-plan --playbook scale <"$TMP/intent.json"
cp "$OUT" "$TMP/plan.json"
ok 'and the roles that it needs' co-plan --playbook scale --permissions <"$TMP/intent.json"
grep -v '^#' "$OUT" >"$TMP/roles.yaml"
ok 'which the server takes' kubectl apply -f "$TMP/roles.yaml"
export KUBECONFIG=$KUBE_DIR/nobody.kubeconfig
exits 'who has no rights is refused before anything is done' 1 co-exec -q <"$TMP/plan.json"
is 'really' "$(jq -r '.error.code, .execution.calls' "$OUT" | xargs)" 'forbidden 0'
kubectl --kubeconfig="$KUBE_DIR/admin.kubeconfig" -n shop create rolebinding granted --role=cloudops-scale --user=token-nobody >/dev/null
jq -c '.id = "01JDBV4K6T5R9M3ZC8Q0W2XNYJ"' "$TMP/plan.json" >"$TMP/again.json"
ok 'with these rights alone the plan is carried out, and verified' co-exec -q <"$TMP/again.json"
is 'to its end' "$(jq -c '[.execution.status, .execution.steps[-1].status]' "$OUT")" '["done","done"]'
export KUBECONFIG=$KUBE_DIR/admin.kubeconfig
is 'the deployment is scaled' "$(kubectl -n shop get deploy web -o jsonpath='{.spec.replicas}')" 5

# ---- what else happens between two requests
python3 "$KUBE_HERE/between.py" "$KUBE_URL" "$KUBE_CA" admin-token "$TMP/log" "$TMP/port" &
between=$!
trap 'kill $between 2>/dev/null; kube_down; tap_cleanup' EXIT
await 60 test -s "$TMP/port"
cat >"$TMP/between.kubeconfig" <<END
current-context: test
clusters: [{name: c, cluster: {server: "http://127.0.0.1:$(cat "$TMP/port")"}}]
contexts: [{name: test, context: {cluster: c}}]
END
chmod 600 "$TMP/between.kubeconfig"
do_between() { echo "$*" >>"$TMP/log.do"; }
slow() { KUBECONFIG=$TMP/between.kubeconfig "$@"; }
settings=$(kubectl -n shop get configmaps --field-selector metadata.name!=made -o name | wc -l)
is 'pages are put together' "$(slow read_kube list configmaps '{"namespace": "shop", "page": 5, "fields": "metadata.name!=made"}' read | output '[(.items | length), .inconsistent] | @csv')" "\"$settings,\""
is 'three of them' "$(grep -c 'configmaps?.*limit=5' "$TMP/log")" 3
compact="ETCDCTL_API=3 etcdctl --endpoints http://127.0.0.1:$ETCD_PORT"
do_between "GET continue= run kubectl --kubeconfig $KUBE_DIR/admin.kubeconfig -n shop annotate cm cm2 t=1; $compact compact \$($compact get / -w json | jq .header.revision)"
is 'a list whose state is gone goes on in a later one, and says so' "$(slow read_kube list configmaps '{"namespace": "shop", "page": 5, "fields": "metadata.name!=made"}' read | output '[(.items | length), .inconsistent] | @csv')" "\"$settings,true\""
is 'no item is there twice' "$(slow read_kube list configmaps '{"namespace": "shop", "page": 5}' read | output '[.items[].metadata.name] | length == (unique | length)')" true
do_between "GET configmaps drop"
is 'an answer that does not come is asked for again' "$(slow read_kube list configmaps '{"namespace": "shop", "limit": 1}' read | output '.items | length')" 1
is 'secrets are asked for by their metadata' "$(slow read_kube list secrets >/dev/null; grep -c 'secrets.*PartialObjectMetadataList' "$TMP/log") $(grep secrets "$TMP/log" | grep -vc PartialObjectMetadata)" '1 0'
patch() { slow change_kube patch configmaps '{"namespace": "shop", "name": "cm3", "type": "merge", "body": {"data": {"by": "'"$1"'"}}'"${2-}"'}'; }
do_between 'PATCH cm3 lose'
is 'a change whose answer is lost is found by its token' "$(patch one | jq -c '[.execution.status, .execution.steps[0].output.data.by]')" '["done","one"]'
do_between 'PATCH cm3 drop'
patch two >"$OUT"; refused 'one of which nothing is to be seen is in doubt' $? '6 in-doubt'
is 'and was sent once' "$(grep -c 'PATCH .*cm3' "$TMP/log")" 2
version=$(kubectl -n shop get cm cm3 -o jsonpath='{.metadata.resourceVersion}')
patch three ', "resource_version": "1"' >"$OUT"; refused 'a version that is past' $? '1 step-failed'
do_between "PATCH cm3 run kubectl --kubeconfig $KUBE_DIR/admin.kubeconfig -n shop annotate cm cm3 t=1"
patch three ', "resource_version": "'"$version"'"' >"$OUT"; refused 'a version that passes meanwhile' $? '1 step-failed'
like 'is refused by the server' "$(why <"$OUT")" '^conflict: .*409 Conflict.*the object has been modified'
kubectl -n shop get cm cm4 -o json | jq 'del(.metadata.uid, .metadata.resourceVersion)' >"$TMP/cm4.json"
do_between "PATCH cm4 run kubectl --kubeconfig $KUBE_DIR/admin.kubeconfig replace --force -f $TMP/cm4.json"
slow change_kube patch configmaps '{"namespace": "shop", "name": "cm4", "type": "merge", "body": {"data": {"by": "x"}}}' >"$OUT"; refused 'what was made anew meanwhile is left alone' $? '1 step-failed'
is 'really' "$(kubectl -n shop get cm cm4 -o jsonpath='{.data.by}')" ''

# ---- a server in trouble
kube_end metrics_stub
read_kube list pods.metrics.k8s.io >"$OUT"; refused 'no metrics server' $? '5 step-failed'
read_kube list pods '{"resource_version": "99999999", "limit": 1}' >"$TMP/future" &
kube_apply <<'END'
apiVersion: v1
kind: List
items:
- {apiVersion: flowcontrol.apiserver.k8s.io/v1beta1, kind: PriorityLevelConfiguration, metadata: {name: none}, spec: {type: Limited, limited: {assuredConcurrencyShares: 1, limitResponse: {type: Reject}}}}
- {apiVersion: flowcontrol.apiserver.k8s.io/v1beta1, kind: FlowSchema, metadata: {name: none}, spec: {priorityLevelConfiguration: {name: none}, matchingPrecedence: 2, rules: [{subjects: [{kind: Group, group: {name: devs}}], resourceRules: [{verbs: ["*"], apiGroups: ["*"], resources: ["*"], namespaces: ["*"], clusterScope: true}]}]}}
END
hog() { while [ -e "$TMP/hog" ]; do curl -s --max-time 20 --cacert "$KUBE_CA" -H 'Authorization: Bearer dev-token' "$KUBE_URL/api/v1/namespaces/shop/pods?resourceVersion=99999999" >/dev/null; done; }
touch "$TMP/hog"
for i in 1 2 3 4 5 6 7 8; do hog & done
throttled() { [ "$(curl -s -o /dev/null -w '%{http_code}' --cacert "$KUBE_CA" -H 'Authorization: Bearer dev-token' "$KUBE_URL/api/v1/namespaces/shop/pods")" = 429 ]; }
if await 60 throttled; then
	begun=$(date +%s%N)
	KUBECONFIG=$KUBE_DIR/devtoken.kubeconfig read_kube list pods '{"namespace": "shop"}' >"$OUT"; refused 'a server that is busy' $? '5 step-failed'
	ended=$(date +%s%N)
	like 'says so in plain text, three times' "$(why <"$OUT")" '^throttled: .*429: Too many requests'
	ok 'and is given the second that it asks for each time' [ $((ended - begun)) -ge 2000000000 ]
else
	fail 'the server throttles'
fi
rm "$TMP/hog"
wait %?99999999 2>/dev/null
await 60 test -s "$TMP/future"
like 'a state that is not there yet is waited for, and then given up' "$(why <"$TMP/future")" '^server-error: .*504 Timeout.*Too large resource version'
kill $between
kube_down
read_kube list nodes >"$OUT"; refused 'a server that has gone' $? '5 step-failed'
like 'is unreachable' "$(why <"$OUT")" '^unreachable: "test": '
done_testing
