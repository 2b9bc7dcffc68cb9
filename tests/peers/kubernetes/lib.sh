# shellcheck shell=bash
# Sourced after tests/tap.sh by tests that need a real cluster: etcd, kube-apiserver, kube-controller-manager and
# kube-scheduler on 127.0.0.1, with a stand-in for kubelets and one for the metrics server.
#   kube_cached || { skip 'all of it' "$KUBE_ABSENT"; done_testing; exit; }
#   kube_up [NODE...]     start it (default: nodes n1 n2); sets the variables below and exports KUBECONFIG
#   kube_down             end it; also done at exit
#   kube_request METHOD PATH [BODY [CONTENT-TYPE]]   as administrator; the answer on stdout, its code in $KUBE_CODE
#   kube_restart_server   kube-apiserver alone
#   kube_apply            kubectl apply -f -, of objects in the API versions of 1.20, whatever the server is
# KUBE_DIR        state: pki/ log/ pids/ and admin.kubeconfig (client certificate), token.kubeconfig (administrator by token),
#                 dev.kubeconfig (client certificate, group devs), devtoken.kubeconfig, nobody.kubeconfig (no rights)
# KUBE_URL KUBE_PORT ETCD_PORT NODE_PORT METRICS_PORT; KUBE_CA is the file of the CA
# Before kube_up: KUBE_SERVER_ARGS KUBE_MANAGER_ARGS (more words for them) KUBE_SERVER_ENV (NAME=VALUE...), KUBE_METRICS=0 (no metrics.k8s.io).
# KUBERNETES=VERSION runs kubernetes-VERSION* of the cache folder of build-server instead of what that builds, if somebody has put it
# there: the three programs, and an etcd when it needs another than the system's. KUBE_VERSION is what runs.
KUBE_HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
KUBE_DIR=$TMP/kube KUBE_ABSENT='' KUBE_CODE=''

# Whether a cluster can be run here; else KUBE_ABSENT says what is missing.
kube_cached() {
	local program
	for program in kubectl openssl curl python3; do
		command -v $program >/dev/null || { KUBE_ABSENT="no $program here"; return 1; }
	done
	if [ -z "${KUBERNETES-}" ]; then
		KUBE_BIN=$("$KUBE_HERE/build-server" --cached) || {
			KUBE_ABSENT='no kube-apiserver is built here; tests/peers/kubernetes/build-server builds it in about 9 minutes'
			return 1
		}
	else
		KUBE_BIN=$(printf '%s\n' "${XDG_CACHE_HOME:-$HOME/.cache}/cloudops-tests/kubernetes-$KUBERNETES"*/ | tail -n 1)
		KUBE_BIN=${KUBE_BIN%/}
		for program in kube-apiserver kube-controller-manager kube-scheduler; do
			[ -x "$KUBE_BIN/$program" ] || { KUBE_ABSENT="no $KUBE_BIN/$program"; return 1; }
		done
	fi
	KUBE_ETCD=etcd
	[ ! -x "$KUBE_BIN/etcd" ] || KUBE_ETCD=$KUBE_BIN/etcd
	command -v "$KUBE_ETCD" >/dev/null || { KUBE_ABSENT='no etcd here'; return 1; }
	KUBE_VERSION=$("$KUBE_BIN/kube-apiserver" --version | sed 's/.* v//')
}

kube_older_than() { [ "$(printf '%s\n' "$KUBE_VERSION" "$1" | sort -V | tail -n 1)" != "$KUBE_VERSION" ]; } # VERSION

kube_openssl() { openssl "$@" >/dev/null 2>>"$KUBE_DIR/log/openssl.log"; }

kube_ca() { # NAME SUBJECT
	kube_openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.crt" -subj "/CN=$2" -days 3650
}

kube_certificate() { # NAME SUBJECT USAGE ALTERNATIVE-NAMES CA
	kube_openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2"
	printf 'extendedKeyUsage=%s\n%s\n' "$3" "${4:+subjectAltName=$4}" >"$1.ext"
	kube_openssl x509 -req -in "$1.csr" -CA "$5.crt" -CAkey "$5.key" -CAcreateserial -days "${KUBE_DAYS:-365}" -extfile "$1.ext" -out "$1.crt"
}

kube_pki() {
	kube_ca ca kube-ca
	kube_ca front front-proxy-ca
	kube_certificate server /CN=kube-apiserver serverAuth 'DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1' ca
	kube_certificate stub /CN=stub serverAuth 'DNS:localhost,DNS:metrics-server.kube-system.svc,IP:127.0.0.1' ca
	kube_certificate admin /O=system:masters/CN=admin clientAuth '' ca
	kube_certificate dev /O=devs/CN=dev clientAuth '' ca
	kube_certificate manager /CN=system:kube-controller-manager clientAuth '' ca
	kube_certificate scheduler /CN=system:kube-scheduler clientAuth '' ca
	kube_certificate kubelet-client /O=system:masters/CN=apiserver-kubelet-client clientAuth '' ca
	kube_certificate front-client /CN=front-proxy-client clientAuth '' front
	kube_openssl genrsa -out accounts.key 2048
	kube_openssl rsa -in accounts.key -pubout -out accounts.pub
	cat >../tokens.csv <<-'EOT'
		admin-token,token-admin,u1,"system:masters"
		dev-token,token-dev,u2,"devs"
		nobody-token,token-nobody,u3
	EOT
}

kube_kubeconfig() { # NAME USER-AS-YAML
	cat >"$KUBE_DIR/$1.kubeconfig" <<-EOT
		apiVersion: v1
		kind: Config
		current-context: test
		clusters: [{name: test, cluster: {server: "$KUBE_URL", certificate-authority-data: $(base64 -w0 <"$KUBE_CA")}}]
		contexts: [{name: test, context: {cluster: test, user: me, namespace: default}}]
		users: [{name: me, user: {$2}}]
	EOT
	chmod 600 "$KUBE_DIR/$1.kubeconfig"
}

kube_kubeconfigs() {
	local user
	for user in admin dev manager scheduler; do
		kube_kubeconfig $user "client-certificate-data: $(base64 -w0 <"$KUBE_DIR/pki/$user.crt"), client-key-data: $(base64 -w0 <"$KUBE_DIR/pki/$user.key")"
	done
	kube_kubeconfig token 'token: admin-token'
	kube_kubeconfig devtoken 'token: dev-token'
	kube_kubeconfig nobody 'token: nobody-token'
	export KUBECONFIG=$KUBE_DIR/admin.kubeconfig
}

# All at once, so that none is given twice.
kube_ports() {
	read -r KUBE_PORT ETCD_PORT KUBE_PEER_PORT NODE_PORT METRICS_PORT KUBE_MANAGER_PORT KUBE_SCHEDULER_PORT < <(python3 -c '
import socket
held = [socket.socket() for _ in range(7)]
for s in held: s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in held))')
	KUBE_URL=https://127.0.0.1:$KUBE_PORT
}

kube_start() { # NAME PROGRAM WORDS...
	local name=$1
	shift
	(cd "$KUBE_DIR" && exec "$@" >>"log/$name.log" 2>&1 </dev/null) &
	echo $! >"$KUBE_DIR/pids/$name"
	disown
}

kube_start_server() {
	# The reconciler of endpoints would make the service "kubernetes" point to loopback, which is not allowed.
	# shellcheck disable=SC2086
	kube_start server env ${KUBE_SERVER_ENV-} "$KUBE_BIN/kube-apiserver" --etcd-servers=http://127.0.0.1:"$ETCD_PORT" --bind-address=127.0.0.1 --secure-port="$KUBE_PORT" \
		--advertise-address=127.0.0.1 --endpoint-reconciler-type=none --service-cluster-ip-range=10.0.0.0/24 --cert-dir=certs --profiling=false \
		--authorization-mode=Node,RBAC --allow-privileged=true --token-auth-file=tokens.csv --client-ca-file=pki/ca.crt \
		--tls-cert-file=pki/server.crt --tls-private-key-file=pki/server.key --service-account-issuer=https://kubernetes.default.svc \
		--service-account-signing-key-file=pki/accounts.key --service-account-key-file=pki/accounts.pub \
		--kubelet-client-certificate=pki/kubelet-client.crt --kubelet-client-key=pki/kubelet-client.key --kubelet-certificate-authority=pki/ca.crt \
		--requestheader-client-ca-file=pki/front.crt --requestheader-allowed-names=front-proxy-client \
		--requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
		--requestheader-extra-headers-prefix=X-Remote-Extra- --proxy-client-cert-file=pki/front-client.crt \
		--proxy-client-key-file=pki/front-client.key ${KUBE_SERVER_ARGS-}
	if ! await 90 kube_ready; then
		tail -5 "$KUBE_DIR/log/server.log" >&2
		return 1
	fi
}

kube_ready() { [ "$(kube_request GET /readyz)" = ok ]; }

kube_request() {
	local with=()
	[ $# -lt 3 ] || with=(-H "Content-Type: ${4:-application/json}" --data-binary "$3")
	curl -s --max-time 30 --cacert "$KUBE_CA" -H 'Authorization: Bearer admin-token' -X "$1" "${with[@]}" -w '%{stderr}%{http_code}' \
		"$KUBE_URL$2" 2>"$KUBE_DIR/code"
	KUBE_CODE=$(cat "$KUBE_DIR/code")
}

kube_register_metrics() {
	kube_request POST /api/v1/namespaces/kube-system/services '{"metadata": {"name": "metrics-server"}, "spec": {"type": "ExternalName",
		"externalName": "localhost", "ports": [{"port": '"$METRICS_PORT"'}]}}' &&
		kube_request POST /apis/apiregistration.k8s.io/v1/apiservices '{"metadata": {"name": "v1beta1.metrics.k8s.io"}, "spec": {
		"group": "metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100,
		"caBundle": "'"$(base64 -w0 <"$KUBE_CA")"'",
		"service": {"name": "metrics-server", "namespace": "kube-system", "port": '"$METRICS_PORT"'}}}' &&
		await 60 kube_metrics_served
}

kube_metrics_served() { kube_request GET /apis/metrics.k8s.io/v1beta1/nodes | grep -q '"NodeMetricsList"'; }
kube_nodes_ready() { # NODE...
	local node
	for node; do kube_request GET "/api/v1/nodes/$node" | jq -e '[.status.conditions[]? | select(.type == "Ready" and .status == "True")]
		!= [] and ((.spec.taints // []) == [])' >/dev/null || return 1; done
}
kube_has_default_account() { kube_request GET /api/v1/namespaces/default/serviceaccounts/default >/dev/null && [ "$KUBE_CODE" = 200 ]; }

kube_apply() {
	local newer=''
	kube_older_than 1.29 || newer='s,(apiVersion: (policy|batch|flowcontrol.apiserver.k8s.io)/v1)beta1,\1,
		s/assuredConcurrencyShares: 1/nominalConcurrencyShares: 0, lendablePercent: 0, borrowingLimitPercent: 0/'
	sed -E "$newer" | kubectl apply -f - >/dev/null
}

kube_up() {
	local insecure=
	[ $# != 0 ] || set -- n1 n2
	mkdir -p "$KUBE_DIR/pki" "$KUBE_DIR/log" "$KUBE_DIR/pids"
	chmod 700 "$KUBE_DIR"
	KUBE_CA=$KUBE_DIR/pki/ca.crt
	trap 'kube_down; tap_cleanup' EXIT
	(cd "$KUBE_DIR/pki" && kube_pki)
	kube_ports
	kube_kubeconfigs
	kube_start etcd "$KUBE_ETCD" --name=test --data-dir=etcd --log-level=warn --listen-client-urls=http://127.0.0.1:"$ETCD_PORT" \
		--advertise-client-urls=http://127.0.0.1:"$ETCD_PORT" --listen-peer-urls=http://127.0.0.1:"$KUBE_PEER_PORT" \
		--initial-advertise-peer-urls=http://127.0.0.1:"$KUBE_PEER_PORT" --initial-cluster=test=http://127.0.0.1:"$KUBE_PEER_PORT" --unsafe-no-fsync
	kube_start_server || return
	! kube_older_than 1.24 || insecure=--port=0
	# A kubelet's silence is not what these tests are about: conditions say when a node is not ready.
	# shellcheck disable=SC2086
	kube_start manager "$KUBE_BIN/kube-controller-manager" --kubeconfig=manager.kubeconfig --bind-address=127.0.0.1 $insecure \
		--secure-port="$KUBE_MANAGER_PORT" --leader-elect=false --use-service-account-credentials=true --cert-dir=certs \
		--service-account-private-key-file=pki/accounts.key --root-ca-file=pki/ca.crt --cluster-signing-cert-file=pki/ca.crt \
		--cluster-signing-key-file=pki/ca.key --node-monitor-grace-period=10m --node-monitor-period=1s --horizontal-pod-autoscaler-sync-period=1s ${KUBE_MANAGER_ARGS-}
	# shellcheck disable=SC2086
	kube_start scheduler "$KUBE_BIN/kube-scheduler" --kubeconfig=scheduler.kubeconfig --bind-address=127.0.0.1 $insecure \
		--secure-port="$KUBE_SCHEDULER_PORT" --leader-elect=false --cert-dir=certs
	kube_start fake_node python3 "$KUBE_HERE/fake_node.py" "$KUBE_PORT" "$KUBE_DIR/pki" admin-token "$NODE_PORT" "$@"
	if [ "${KUBE_METRICS-1}" = 1 ]; then
		kube_start metrics_stub python3 "$KUBE_HERE/metrics_stub.py" "$KUBE_PORT" "$KUBE_DIR/pki" admin-token "$METRICS_PORT"
		kube_register_metrics >/dev/null || { echo 'metrics.k8s.io is not served' >&2; return 1; }
	fi
	await 60 kube_nodes_ready "$@" && await 30 kube_has_default_account
}

kube_end() { # NAME
	local pid
	pid=$(cat "$KUBE_DIR/pids/$1" 2>/dev/null) || return 0
	rm "$KUBE_DIR/pids/$1"
	kill "${2:--TERM}" "$pid" 2>/dev/null && await 10 kube_gone "$pid" || kill -KILL "$pid" 2>/dev/null
	return 0
}
kube_gone() { ! kill -0 "$1" 2>/dev/null; }

kube_restart_server() {
	kube_end server
	kube_start_server
}

# Nothing here outlives the test, so nothing needs to end in good order; by pid, those that were started here.
kube_down() {
	local name
	for name in fake_node metrics_stub scheduler manager server etcd; do kube_end $name -KILL; done
}
