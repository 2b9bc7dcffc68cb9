#!/usr/bin/env bash
# What a real API server lets a run do: rights asked for before the first step, what that costs, and every form of who asks and how.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=../plan.sh
. "$TOP/tests/plan.sh"
# shellcheck source=kubernetes/lib.sh
. "$(dirname "$0")/kubernetes/lib.sh"
# shellcheck source=kubernetes/ask.sh
. "$(dirname "$0")/kubernetes/ask.sh"
kube_cached || { skip 'a real API server' "$KUBE_ABSENT"; done_testing; exit; }
# shellcheck disable=SC2034 # for kube_up
KUBE_METRICS=0 KUBE_SERVER_ENV=GODEBUG=http2debug=2 KUBE_SERVER_ARGS='--watch-cache-sizes=configmaps#0 --audit-policy-file=../audit.yaml --audit-log-path=audit.log'
cat >"$TMP/audit.yaml" <<'END'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: Metadata, namespaces: [shop], resources: [{group: "", resources: [services]}]}
- {level: None}
END
kube_up n1 || { fail 'the cluster starts'; done_testing; exit; }
admin() { kubectl --kubeconfig="$KUBE_DIR/admin.kubeconfig" "$@"; }
others=
trap 'kill $others 2>/dev/null; kube_down; tap_cleanup' EXIT
admin apply -f - >/dev/null <<'END'
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
- {apiVersion: v1, kind: Namespace, metadata: {name: back}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: one, namespace: shop}, data: {a: "1"}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: two, namespace: shop}, data: {a: "2"}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: three, namespace: shop}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: four, namespace: shop}}
- {apiVersion: v1, kind: Pod, metadata: {name: five, namespace: shop}, spec: {containers: [{name: c, image: x}]}}
- {apiVersion: v1, kind: Pod, metadata: {name: six, namespace: shop}, spec: {containers: [{name: c, image: x}]}}
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {replicas: 0, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: x}]}}}}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: look, namespace: shop}, rules: [
    {apiGroups: [""], resources: [pods, services], verbs: [list]}, {apiGroups: [""], resources: [configmaps], resourceNames: [one], verbs: [get]},
    {apiGroups: [apps], resources: ["*/scale"], verbs: [get, patch]}, {apiGroups: [batch], resources: ["*"], verbs: ["*"]}]}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: look, namespace: shop}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: look}, subjects: [{kind: User, name: token-dev}]}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: wide}, rules: [{apiGroups: [""], resources: [namespaces], verbs: [get, list]}]}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: wide}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: wide}, subjects: [{kind: User, name: token-dev}]}
END

# The server through something that writes down what passes.
between() { # NAME TOKEN
	python3 "$KUBE_HERE/between.py" "$KUBE_URL" "$KUBE_CA" "$2" "$TMP/$1.log" "$TMP/$1.port" &
	others+="$! "
	await 60 test -s "$TMP/$1.port"
	printf '%s\n' 'current-context: test' "clusters: [{name: c, cluster: {server: \"http://127.0.0.1:$(cat "$TMP/$1.port")\"}}]" \
		'contexts: [{name: test, context: {cluster: c}}]' >"$TMP/$1.kubeconfig"
	chmod 600 "$TMP/$1.kubeconfig"
}
between dev dev-token
export KUBECONFIG=$TMP/dev.kubeconfig
log=$TMP/dev.log
asked() { grep -c "POST .*/selfsubject$1" "$log"; }

# ---- reads
run() { : >"$log"; document "[$1]" | co-exec -q >"$OUT" 2>"$TMP/said"; }
steps="$(step a list pods '{"namespace": "shop"}'),$(step b list services '{"namespace": "shop"}'),$(step c list deployments '{"namespace": "shop"}'),
	$(step d list namespaces),$(step e list pods '{"namespace": "shop", "labels": "x"}'),$(step f list nodes '{}' list '{"optional": true}')"
run "$steps"
refused 'a plan of reads, one of which is not allowed' $? '5 step-failed'
is 'does the others' "$(jq -r '[.execution.status, .execution.calls] + [.execution.steps[] | "\(.id):\(.status)"] | join(" ")' "$OUT")" 'partial 4 a:done b:done c:failed d:done e:done f:failed'
is 'with what would allow it' "$(jq -r '.execution.steps[] | select(.error) | "\(.error_code): \(.error)"' "$OUT")" \
	'forbidden: "test" does not let you list deployments.apps in shop; a Role with {apiGroups: ["apps"], resources: ["deployments"], verbs: ["list"]} does
forbidden: "test" does not let you list nodes; a ClusterRole with {apiGroups: [""], resources: ["nodes"], verbs: ["list"]} does'
is 'it is asked for once a namespace, and once for each that is not allowed' "$(asked rulesreviews) $(asked accessreviews)" '2 2'
is 'before anything is read' "$(grep -v ' /apis\?\(/[a-z.0-9]*\)*/\?v1 \| /apis\? ' "$log" | sed -n 's/^\([A-Z]*\) .*/\1/p' | xargs)" 'POST POST POST POST GET GET GET GET'
is 'what is refused is not asked for' "$(grep -cE 'GET .*/(deployments|nodes)' "$log")" 0
rule=$(jq -r '.execution.steps[2].error | capture("with (?<rule>\\{.*\\}) does").rule' "$OUT")
admin apply -f - >/dev/null <<END
apiVersion: v1
kind: List
items:
- {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: told, namespace: shop}, rules: [$rule]}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: told, namespace: shop}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: told}, subjects: [{kind: User, name: token-dev}]}
END
run "$steps"
is 'with the rule that was told it is allowed' "$? $(jq -r .execution.status "$OUT")" '0 done'
is 'namespaces that may not be read are told by the list' "$(read_kube list services '{"namespaces": ["back", "shop"]}' | output '[.unseen[].namespace]')" '["back"]'
like 'where none may be read it is not asked' "$(read_kube list services '{"namespaces": ["back", "default"]}' | why)" '^forbidden: .*list services in default; a Role'
is 'a name that a role is narrowed to' "$(read_kube get configmaps '{"namespace": "shop", "name": "one"}' read | output .data)" '{"a":"1"}'
like 'and no other' "$(read_kube get configmaps '{"namespace": "shop", "name": "two"}' read | why)" '^forbidden: .*get configmaps two in shop; a Role with .*resourceNames: \["two"\], verbs: \["get"\]\} does$'
run "$(step a get configmaps '{"namespace": "shop", "name": "${ \"one\" }"}' read)"
is 'nor is one refused that comes later' "$(output .data <"$OUT")" '{"a":"1"}'
like 'a verb that is only half allowed' "$(read_kube watch pods '{"namespace": "shop", "for": "1s"}' read | why)" '^forbidden: .*let you watch pods in shop; .*verbs: \["watch"\]'

# ---- kubectl as the judge of every verdict
verdicts() {
	local what namespace
	for what in pods services deployments jobs nodes cronjobs secrets endpoints replicasets namespaces roles widgets.example.com; do
		for namespace in shop back; do
			printf '%s %s %s\n' $what $namespace "$(admin --as=token-dev --as-group=system:authenticated -n $namespace auth can-i list $what 2>/dev/null)"
		done
	done
}
all='' n=0
while read -r what namespace _; do
	n=$((n + 1))
	all+="${all:+,}$(step "s$n" list "$what" "{\"namespace\": \"$namespace\", \"limit\": 1}" list '{"optional": true}')"
done < <(verdicts | tee "$TMP/theirs")
run "$all"
jq -r '.execution.steps[] | if .status == "done" then "yes" elif .error_code == "forbidden" then "no" else .error_code end' "$OUT" >"$TMP/ours"
is "$n verdicts are those of kubectl auth can-i" "$(grep -v widgets "$TMP/theirs" | cut -d' ' -f3 | xargs)" "$(head -$((n - 2)) "$TMP/ours" | xargs)"
is 'what is not served is not called forbidden' "$(tail -2 "$TMP/ours" | xargs)" 'unknown-resource unknown-resource'
like 'and the two that differ are known' "$(sort "$TMP/ours" | uniq -c | xargs)" '^1?[0-9] no 2 unknown-resource [0-9]+ yes$'

# ---- a server that does not answer such questions
admin delete clusterrolebinding system:basic-user >/dev/null
run "$steps"
is 'where nobody may ask for rights the reads go on' "$(jq -r '[.execution.steps[] | "\(.id):\(.status)"] | join(" ")' "$OUT")" 'a:done b:done c:done d:done e:done f:failed'
like 'and the server refuses' "$(jq -r '.execution.steps[-1] | "\(.error_code): \(.error)"' "$OUT")" '^forbidden: .*User "token-dev" cannot list resource "nodes"'
change_kube patch configmaps '{"namespace": "shop", "name": "one", "type": "merge", "body": {"data": {"a": "9"}}}' >"$OUT"
refused 'so it does a change' $? '5 step-failed'
admin create clusterrolebinding system:basic-user --clusterrole=system:basic-user --group=system:authenticated >/dev/null

# ---- changes
: >"$log"
change_kube patch deployments/scale '{"namespace": "shop", "name": "web", "body": {"spec": {"replicas": 9}}}' write --dry-run=server >"$OUT"
like 'a change is asked for right by right' "$(asked rulesreviews) $(asked accessreviews)" '^0 3$'
change_kube delete configmaps '{"namespace": "shop", "name": "one", "propagation": "Background"}' >"$OUT"
refused 'and refused with nothing done' $? '1 forbidden'
is 'not even a read' "$(jq .execution.calls "$OUT")" 0

# ---- what the server serves is kept from run to run
rm -rf "$XDG_STATE_HOME/cloudops/kubernetes"
between admin admin-token
export KUBECONFIG=$TMP/admin.kubeconfig
log=$TMP/admin.log
kept() { echo "$XDG_STATE_HOME"/cloudops/kubernetes/[0-9a-f]*.json; }
learnt() { grep -E '^GET (/api|/apis|/api/v1|/apis/[a-z.0-9-]+/v[a-z0-9]+) ' "$log" | cut -d' ' -f2 | xargs; }
looks() { # STEPS WHAT: the statuses, and what discovery asked
	: >"$log"
	document "[$1]" | co-exec -q >"$OUT" 2>"$TMP/said"
	echo "$(jq -r '[.execution.steps[] | .status] | unique | join(" ")' "$OUT"): $(learnt)"
}
wide="$(step a list pods),$(step b list deployments),$(step c list jobs),$(step d list cronjobs),$(step e list ingresses)"
# Servers of today tell all of it in two answers, older ones group by group.
everything='/api /apis' a_group=
if kube_older_than 1.27; then
	everything='/api /api/v1 /apis /apis/apps/v1 /apis/batch/v1 /apis/batch/v1beta1 /apis/networking.k8s.io/v1' a_group=' /apis/example.com/'
fi
is 'the first run asks what is served' "$(looks "$wide")" "done: $everything"
is 'the next one asks nothing' "$(looks "$wide")" 'done: '
is 'it is kept for this user alone' "$(stat -c %a "$(kept)" "$(dirname "$(kept)")" | xargs)" '600 700'
first=$(stat -c %i "$(kept)")
is 'what is not served is asked for once a run, however many ask' "$(looks "$(step a list pods.metrics.k8s.io),$(step b list nodes.metrics.k8s.io)")" 'failed: /apis'
is 'and nothing is written anew' "$(stat -c %i "$(kept)")" "$first"
resource() { # SCOPE VERSION
	jq -nc --arg scope "$1" --arg version "$2" '{apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: {name: "widgets.example.com"},
		spec: {group: "example.com", scope: $scope, names: {plural: "widgets", singular: "widget", kind: "Widget"}, versions: [{name: $version, served: true,
		storage: true, schema: {openAPIV3Schema: {type: "object", "x-kubernetes-preserve-unknown-fields": true}}}]}}' | admin apply -f - >/dev/null
	await 60 admin get widgets.example.com
}
resource Namespaced v1
is 'what was made since is found, by asking for no more than that' "$(looks "$wide,$(step f list widgets.example.com '{"namespace": "shop"}')")" "done: /apis${a_group:+${a_group}v1}"
admin delete crd widgets.example.com >/dev/null
gone() { ! admin get widgets.example.com; }
await 60 gone
resource Cluster v2
is 'what is served elsewhere now is looked for anew' "$(looks "$(step f list widgets.example.com)")" "done: /apis${a_group:+${a_group}v2}"
is 'once' "$(looks "$(step f list widgets.example.com)")" 'done: '
admin delete crd widgets.example.com >/dev/null
spoil() { # NAME JQ-OR-COMMAND
	cp "$(kept)" "$TMP/kept"
	eval "$2"
	is "$1 is as good as none" "$(looks "$wide")" "done: $everything"
}
file=$(kept)
touch -d '8 days ago' "$(dirname "$file")/gone.json"
spoil 'half of it' 'head -c 500 "$TMP/kept" >"$file"'
spoil 'no JSON' 'echo "]" >"$file"'
spoil 'another type' 'jq -c ".served.groups.apps = 5" "$TMP/kept" >"$file"'
spoil 'what is seven hours old' 'jq -c ".since -= 7 * 3600" "$TMP/kept" >"$file"'
spoil 'what is of tomorrow' 'jq -c ".since += 86400" "$TMP/kept" >"$file"'
spoil 'what others may write' 'chmod 666 "$file"'
is 'and is made good' "$(stat -c %a "$(kept)") $(looks "$wide")" '600 done: '
sed 's/contexts: .*/contexts: [{name: test, context: {cluster: c, namespace: shop}}, {name: other, context: {cluster: c}}]/' "$KUBECONFIG" >"$TMP/two.kubeconfig"
chmod 600 "$TMP/two.kubeconfig"
KUBECONFIG=$TMP/two.kubeconfig
is 'another context is another file' "$(looks "$(step a list pods '{}' list '{"target": {"context": "other"}}')" >/dev/null; kept | wc -w)" 2
exits 'what nobody used for a week goes' 1 test -e "$(dirname "$file")/gone.json"
KUBECONFIG=$TMP/admin.kubeconfig
rm -rf "$XDG_STATE_HOME/cloudops/kubernetes" && touch "$XDG_STATE_HOME/cloudops/kubernetes"
is 'where it cannot be kept it is asked for' "$(looks "$wide")" "done: $everything"
rm "$XDG_STATE_HOME/cloudops/kubernetes"

# ---- a watch of what the server has forgotten
etcd() { ETCDCTL_API=3 etcdctl --endpoints "http://127.0.0.1:$ETCD_PORT" "$@"; }
admin -n shop annotate cm one seen=0 >/dev/null
etcd compact "$(etcd get / -w json | jq .header.revision)" >/dev/null
: >"$log"
(await 30 grep -q 'configmaps?limit=1' "$log"; await 2 false; admin -n shop annotate cm one seen=1 --overwrite) >/dev/null 2>&1 &
later=$!
read_kube watch configmaps '{"namespace": "shop", "for": "40s", "events": 1, "only": ["metadata.name"], "resource_version": "1"}' read >"$OUT"
is 'a watch of what the server has forgotten goes on from now, and says so' "$(output '[.events, .inconsistent]' <"$OUT")" '[[{"type":"MODIFIED","object":{"metadata":{"name":"one"}}}],true]'
is 'by a new list' "$(sed -n 's/^GET [^ ]*configmaps\(?limit=1\|?watch=1\).*resourceVersion=\([0-9]*\).*/watch \2/p; s/^GET [^ ]*configmaps?limit=1 .*/list/p' "$log" | sed 's/[0-9]\{2,\}/later/' | xargs)" 'watch 1 list watch later'
wait $later

# ---- killed between a change and the log: done already, or done then, never twice
crash() { # HOW(after|instead) METHOD PART, then as change_kube: it is killed when the server has it, or before
	: >"$log"
	echo "$2 $3 $1 kill -9 \$(cat $TMP/pid)" >"$log.do"
	number=$((number + 1))
	change_document "${@:4}" >"$TMP/doc"
	co-exec -q <"$TMP/doc" >/dev/null 2>&1 &
	echo $! >"$TMP/pid"
	wait $! 2>/dev/null
}
resume() { # METHOD PART: what becomes of it, and how often it was sent
	co-exec -q --resume "$(jq -r .id "$TMP/doc")" <"$TMP/doc" >"$OUT" 2>"$TMP/said"
	echo "$? $(jq -r .execution.status "$OUT") $(grep -c "^$1 .*$2" "$log")"
}
of() { admin -n shop get "$1" "$2" -o jsonpath="{$3}"; }
uid() { of "$1" "$2" .metadata.uid; }
patch() { echo '{"namespace": "shop", "name": "'"$1"'", "type": "merge", "body": {"data": {"by": "us"}}'"${2-}"'}'; }
scale() { echo '{"namespace": "shop", "name": "web", "body": {"spec": {"replicas": '"$1"'}}'"${2-}"'}'; }
crash after PATCH configmaps/one patch configmaps "$(patch one)"
is 'a patch that was made is found' "$(resume PATCH configmaps/one)" '0 done 1'
crash after PATCH configmaps/one patch configmaps '{"namespace": "shop", "name": "one", "type": "json", "operations": [{"op": "add", "path": "/data/c", "value": "x"}]}'
is 'one that says nothing about the object is found by its manager' "$(resume PATCH configmaps/one)" '0 done 1'
crash instead PATCH configmaps/two patch configmaps "$(patch two ', "resource_version": "'"$(of cm two .metadata.resourceVersion)"'"')"
is 'one that was not is made, if the version says so' "$(resume PATCH configmaps/two) $(of cm two .data.by)" '0 done 2 us'
until=false crash instead PATCH configmaps/three patch configmaps "$(patch three)"
is 'else it is in doubt, and not sent again' "$(resume PATCH configmaps/three) $(of cm three .data.by)" '6 in-doubt 1 '
crash after PATCH web/scale patch deployments/scale "$(scale 1)"
is 'a scale that was set is found' "$(resume PATCH web/scale)" '0 done 1'
crash instead PATCH web/scale patch deployments/scale "$(scale 2 ', "resource_version": "'"$(of deploy web .metadata.resourceVersion)"'"')"
like 'one that was not is set, or in doubt when the version passed meanwhile' "$(resume PATCH web/scale) $(of deploy web .spec.replicas)" '^(0 done 2 2|6 in-doubt 1 1)$'
crash after DELETE configmaps/three delete configmaps '{"namespace": "shop", "name": "three", "propagation": "Background", "uid": "'"$(uid cm three)"'"}'
is 'a delete that was made is found' "$(resume DELETE configmaps/three)" '0 done 1'
crash instead DELETE configmaps/four delete configmaps '{"namespace": "shop", "name": "four", "propagation": "Background", "uid": "'"$(uid cm four)"'"}'
is 'one that was not is made' "$(resume DELETE configmaps/four) $(of cm four .metadata.name 2>/dev/null)" '0 done 2 '
admin -n shop create cm seven >/dev/null
crash after DELETE configmaps/seven delete configmaps '{"namespace": "shop", "name": "seven", "propagation": "Background", "uid": "'"$(uid cm seven)"'"}'
admin -n shop create cm seven >/dev/null
is 'what was made anew under the name is left alone' "$(resume DELETE configmaps/seven) $(of cm seven .metadata.name)" '0 done 1 seven'
crash after POST five/eviction evict pods '{"namespace": "shop", "name": "five", "grace": "0s", "uid": "'"$(uid pod five)"'"}'
is 'an eviction that was made is found' "$(resume POST five/eviction)" '0 done 1'
crash instead POST six/eviction evict pods '{"namespace": "shop", "name": "six", "grace": "0s", "uid": "'"$(uid pod six)"'"}'
is 'one that was not is made' "$(resume POST six/eviction)" '0 done 2'
crash after POST /configmaps create configmaps '{"namespace": "shop", "body": {"metadata": {"name": "made"}, "data": {"a": "1"}}}'
is 'what was created is found' "$(resume POST /configmaps?)" '0 done 1'
until=false crash after POST /configmaps create configmaps '{"namespace": "shop", "body": {"metadata": {"name": "bare"}}}'
is 'what has no fields bears no name of who made it: that is in doubt' "$(resume POST /configmaps?)" '6 in-doubt 1'
crash instead POST /configmaps create configmaps '{"namespace": "shop", "body": {"metadata": {"name": "made2"}}}'
is 'what was not is created' "$(resume POST /configmaps?) $(of cm made2 .metadata.name)" '0 done 2 made2'

# ---- who asks, and by which way; the server's own log of requests is the witness
direct() { # USER [CLUSTER [SERVER]]
	printf '%s\n' 'current-context: test' "clusters: [{name: c, cluster: {server: \"${3:-$KUBE_URL}\", ${2-certificate-authority: $KUBE_CA}}}]" \
		'contexts: [{name: test, context: {cluster: c, user: u}}]' "users: [{name: u, user: {$1}}]" >"$TMP/direct.kubeconfig"
	chmod 600 "$TMP/direct.kubeconfig"
	export KUBECONFIG=$TMP/direct.kubeconfig
}
number_of() { read_kube list services '{"namespace": "shop"}' >"$OUT"; output '.items | length' <"$OUT"; }
witness() { jq -c 'select(.verb == "list" and .objectRef.resource == "services" and (.userAgent | startswith("cloudops"))) | [.user.username, .impersonatedUser.username // "",
	(.impersonatedUser.groups // [] | join(" ")), .responseStatus.code]' "$KUBE_DIR/audit.log" | tail -1; }
refuses() { # NAME REGEX: of a list
	read_kube list services '{"namespace": "shop"}' >"$OUT"
	like "$1" "$? $(why <"$OUT")" "^5 $2"
}
direct 'token: admin-token'
is 'a token' "$(number_of) $(witness)" '0 ["token-admin","","",200]'
like 'over HTTP/2' "$(grep -m1 -E 'decoded hpack field header field .?"user-agent.?" = .?"cloudops/' "$KUBE_DIR/log/server.log")" 'http2: decoded'
direct "client-certificate: $KUBE_DIR/pki/admin.crt, client-key: $KUBE_DIR/pki/admin.key"
is 'a client certificate' "$(number_of) $(witness)" '0 ["admin","","",200]'
direct 'token: admin-token, as: token-dev'
is 'on behalf of somebody' "$(number_of) $(witness)" '0 ["token-admin","token-dev","system:authenticated",200]'
direct 'token: admin-token, as: jane, as-groups: [some, "system:masters"], as-uid: "7"'
is 'and groups' "$(number_of) $(witness)" '0 ["token-admin","jane","some system:masters system:authenticated",200]'
direct 'token: dev-token, as: jane, as-groups: [some]'
refuses 'who may not is told so' 'forbidden: "test" answers 403 Forbidden: .*cannot impersonate resource "(users|groups)"'
sed -i '/^users/d; s/cluster: c, user: u/cluster: c, user: u/' "$TMP/admin.kubeconfig"
sed 's/cluster: c}/cluster: c, user: u}/' "$TMP/admin.kubeconfig" >"$TMP/as.kubeconfig"
echo 'users: [{name: u, user: {as: jane, as-groups: [a, b], as-uid: "7", as-user-extra: {Scopes/x: [y]}}}]' >>"$TMP/as.kubeconfig"
chmod 600 "$TMP/as.kubeconfig"
: >"$log"
KUBECONFIG=$TMP/as.kubeconfig number_of >/dev/null
is 'each part of it is sent' "$(grep -m1 services "$log" | cut -d' ' -f4-)" 'impersonate-extra-scopes%2fx=y impersonate-group=a impersonate-group=b impersonate-uid=7 impersonate-user=jane'

# credentials that are none
(cd "$KUBE_DIR/pki" && cp admin.csr old.csr && mkdir -p issued && : >index && echo 77 >serial && printf '%s\n' '[ca]' 'default_ca = d' '[d]' 'new_certs_dir = issued' \
	'database = index' 'serial = serial' 'default_md = sha256' 'policy = p' '[p]' 'organizationName = optional' 'commonName = supplied' >old.cnf &&
	kube_openssl ca -batch -config old.cnf -cert ca.crt -keyfile ca.key -in old.csr -out old.crt -startdate 20200101000000Z -enddate 20200102000000Z)
direct "client-certificate: $KUBE_DIR/pki/old.crt, client-key: $KUBE_DIR/pki/admin.key"
refuses 'a certificate that has ended' 'unauthorized: .*401 Unauthorized: .*: the client certificate ended at 2020-01-02T00:00:00Z$'
direct 'username: admin, password: hunter2'
refuses 'a user name and a password' 'forbidden: .*User "system:anonymous" .*: servers since 1.19 take no user name and password$'
is 'which is not shown' "$(grep -c hunter2 "$OUT" "$TMP/said" | cut -d: -f2 | xargs)" '0 0'
(cd "$KUBE_DIR/pki" && kube_ca stranger stranger)
direct 'token: admin-token' "certificate-authority: $KUBE_DIR/pki/stranger.crt"
refuses 'another authority' 'tls: "test": "127.0.0.1:[0-9]+" is not who it should be'
direct 'token: admin-token' "certificate-authority: $KUBE_CA, tls-server-name: kubernetes.default.svc"
is 'another name in the certificate' "$(number_of)" 0
direct 'token: admin-token' "certificate-authority: $KUBE_CA, tls-server-name: elsewhere.example"
refuses 'one that is not there' 'tls: '

# ---- a token in a file that becomes another while a run goes on: the server forgets a good one after ten seconds
for account in old new pod; do
	admin -n shop create serviceaccount $account
	admin create clusterrolebinding $account --clusterrole=view --serviceaccount=shop:$account
done >/dev/null
admin -n shop create token old >"$TMP/rotated"
direct "tokenFile: $TMP/rotated"
cp "$KUBECONFIG" "$TMP/rotated.kubeconfig"
document "[$(step a list services '{"namespace": "shop"}'),$(step b watch services '{"namespace": "shop", "for": "12s", "fields": "metadata.name=none"}' read '{"needs": ["a"]}'),
	$(step c list services '{"namespace": "shop", "limit": 1}' list '{"needs": ["b"]}')]" | KUBECONFIG=$TMP/rotated.kubeconfig co-exec -q >"$TMP/rotated.out" 2>/dev/null &
later=$!
listed_by() { grep '"verb":"list"' "$KUBE_DIR/audit.log" | grep -q "system:serviceaccount:shop:$1"; }
ok 'a token of a file is in use' await 30 listed_by old
admin -n shop create token new >"$TMP/rotated.new"
mv "$TMP/rotated.new" "$TMP/rotated"
admin -n shop delete serviceaccount old >/dev/null

# ---- through a proxy
proxy() { # NAME [CREDENTIAL]
	python3 "$KUBE_HERE/proxy.py" "$TMP/$1.tunnels" "$TMP/$1.port" "${@:2}" &
	others+="$! "
	await 60 test -s "$TMP/$1.port"
}
proxy open
proxy closed me:secret
tunnels() { sort -u "$TMP/$1.tunnels" 2>/dev/null | xargs; rm -f "$TMP/$1.tunnels"; }
open=127.0.0.1:$(cat "$TMP/open.port") closed=127.0.0.1:$(cat "$TMP/closed.port")
direct 'token: admin-token' "certificate-authority: $KUBE_CA, proxy-url: \"http://$open\""
is 'a proxy' "$(number_of) $(tunnels open)" "0 CONNECT 127.0.0.1:$KUBE_PORT None"
direct 'token: admin-token' "certificate-authority: $KUBE_CA, proxy-url: \"http://$open\", tls-server-name: kubernetes.default.svc"
is 'a proxy, and another name' "$(number_of) $(tunnels open)" "0 CONNECT 127.0.0.1:$KUBE_PORT None"
direct 'token: admin-token' "certificate-authority: $KUBE_CA, proxy-url: \"http://me:secret@$closed\""
is 'one that wants to know who' "$(number_of) $(tunnels closed)" "0 CONNECT 127.0.0.1:$KUBE_PORT Basic bWU6c2VjcmV0"
direct 'token: admin-token' "certificate-authority: $KUBE_CA, proxy-url: \"http://me:wrong@$closed\""
refuses 'and takes not everybody' 'unreachable: .*407'
is 'which shows no password' "$(grep -c wrong "$OUT" "$TMP/said" | cut -d: -f2 | xargs)" '0 0'
named=https://kubernetes.default.svc:$KUBE_PORT
direct 'token: admin-token' "certificate-authority: $KUBE_CA" "$named"
is 'one of the environment' "$(HTTPS_PROXY=$open number_of) $(tunnels open)" "0 CONNECT kubernetes.default.svc:$KUBE_PORT None"
while read -r list; do
	rm -f "$TMP/open.tunnels"
	HTTPS_PROXY=http://$open NO_PROXY=$list kubectl --request-timeout=5s get --raw /version >/dev/null 2>&1
	theirs=$(tunnels open)
	HTTPS_PROXY=http://$open NO_PROXY=$list number_of >/dev/null
	is "NO_PROXY=$list is what it is for kubectl (${theirs:+through it}${theirs:-not})" "$(tunnels open)" "$theirs"
done <<END
.svc
*.default.svc
.kubernetes.default.svc
x.svc, 10.0.0.0/8 ,KUBERNETES.default.svc:$KUBE_PORT
END
direct 'token: admin-token'
is 'this host is reached by itself' "$(HTTPS_PROXY=http://127.0.0.1:1 number_of)" 0

# ---- in a pod: a service account where kubelets put it, in a file system of its own
mkdir "$TMP/account"
cp "$KUBE_CA" "$TMP/account/ca.crt"
printf shop >"$TMP/account/namespace"
admin -n shop create token pod >"$TMP/account/token"
pod() { # COMMAND...
	# shellcheck disable=SC2016
	unshare --map-root-user --mount bash -c 'mount -t tmpfs none /run && mkdir -p "$(realpath -m /var/run/secrets/kubernetes.io)" &&
		cp -r "$1" /var/run/secrets/kubernetes.io/serviceaccount && shift && exec "$@"' - "$TMP/account" \
		env -u KUBECONFIG HOME="$TMP" KUBERNETES_SERVICE_HOST=127.0.0.1 KUBERNETES_SERVICE_PORT="$KUBE_PORT" "$@"
}
if pod true 2>/dev/null; then
	in_pod() { document "[$(step s "$1" "$2" "$3" "${5-list}" '{"target": {'"${4-}"'}}')]" | pod co-exec -q 2>"$TMP/said"; }
	is 'in a pod its account is who asks' "$(in_pod list services '{"namespace": "shop"}' | output '.items | length') $(witness)" \
		'0 ["system:serviceaccount:shop:pod","","",200]'
	is 'also by its name' "$(in_pod list services '{"namespace": "shop"}' '"context": "in-cluster"' | output '.items | length')" 0
	is 'in its namespace' "$(in_pod get serviceaccounts '{"name": "pod"}' '' read | output .metadata.namespace)" '"shop"'
else
	skip 'in a pod' 'no file system of our own can be had here'
fi

wait $later
is 'a token that was revoked meanwhile was read again' "$? $(jq -r '[.execution.steps[].status] | join(" ")' "$TMP/rotated.out")" '0 done done done'
ok 'and the new one used' listed_by new
done_testing
