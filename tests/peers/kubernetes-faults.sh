#!/usr/bin/env bash
# What no real API server does on demand: halves, garbage, endless answers, wrong certificates, broken kubeconfigs. Errors are clear, the
# exit code is 5 or 3, and nothing is changed.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=../plan.sh
. "$TOP/tests/plan.sh"
here=$TOP/tests/peers/kubernetes
umask 022
mkdir -p "$XDG_CONFIG_HOME/cloudops"
cat >"$XDG_CONFIG_HOME/cloudops/config.yaml" <<'END'
environments: {test: {kubernetes: [{context: test}]}}
policy: {files: [policy.yaml]}
limits: {step_deadline: 20s}
END
cat >"$XDG_CONFIG_HOME/cloudops/policy.yaml" <<'END'
policy: 1
rules:
  - {rule: all, effect: permit, when: {access: [list, read, write]}}
END
chmod -R go-w "$XDG_CONFIG_HOME"
cd "$TMP" || exit

# ---- certificates: ours, an expired one, one for another name, a stranger's authority
for ca in ca stranger; do
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $ca.key -out $ca.crt -subj /CN=$ca -days 2 2>/dev/null
done
request() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null; }
request good
openssl x509 -req -in good.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile <(echo subjectAltName=IP:127.0.0.1,DNS:api) -out good.crt 2>/dev/null
request other
openssl x509 -req -in other.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile <(echo subjectAltName=DNS:elsewhere) -out other.crt 2>/dev/null
request old
mkdir issued && : >index
echo 01 >serial
cat >ca.cnf <<'END'
[ca]
default_ca = d
[d]
new_certs_dir = issued
database = index
serial = serial
default_md = sha256
policy = p
x509_extensions = x
[p]
commonName = supplied
[x]
subjectAltName = IP:127.0.0.1
END
openssl ca -batch -config ca.cnf -cert ca.crt -keyfile ca.key -in old.csr -out old.crt -startdate 20200101000000Z -enddate 20200102000000Z 2>/dev/null
pids=
trap 'kill $pids 2>/dev/null; tap_cleanup' EXIT
stand_in() { # NAME CERTIFICATE WORDS...
	local name=$1 with=$2
	shift 2
	timeout 600 python3 "$here/standin.py" "$TMP/$with.crt" "$TMP/$with.key" "$TMP/port.$name" "$@" &
	pids+="$! "
	await 60 test -s "$TMP/port.$name"
}
stand_in good good
stand_in other other
stand_in old old
stand_in plain good HTTP/1.0
stand_in today good aggregated
port() { cat "$TMP/port.$1"; }
config() { # SERVER [CLUSTER [USER]]
	printf '%s\n' 'current-context: test' 'contexts: [{name: test, context: {cluster: c, user: u}}]' \
		"clusters: [{name: c, cluster: {server: \"$1\", ${2-certificate-authority: ca.crt}}}]" "users: [{name: u, user: {${3-}}}]" >k
	chmod 600 k
}
export KUBECONFIG=$TMP/k
step() {
	jq -nc --arg verb "$1" --arg resource "$2" --argjson with "$3" --arg access "$4" '[{id: "s", call: ["kubernetes", $verb, $resource],
		target: {context: "test", environment: "test"}, with: $with, access: $access, needs: []}]'
}
read_kube() { document "$(step "$1" "$2" "$3" "${4-read}")" | co-exec -q >"$OUT" 2>"$ERR"; }
fails() { # NAME EXIT REGEX VERB RESOURCE WITH
	local name=$1 code=$2 regex=$3 got=0
	read_kube "$4" "$5" "$6" || got=$?
	like "$name" "$got $(jq -r '.execution.steps[0] | "\(.error_code): \(.error)"' "$OUT")" "^$code $regex"
}

# ---- the stand-in is like the real one
ok 'the stand-in answers as real servers do' bash -c "python3 $here/corpus.py https://127.0.0.1:$(port good) ca.crt token $here/corpus.tsv | diff - $here/corpus.out"
config "https://127.0.0.1:$(port good)" 'certificate-authority: ca.crt' 'token: any'
works_with_kubectl() {
	ok 'kubectl makes a namespace there' made '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}'
	map='{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cm", "namespace": "shop"}, "data": {"a": "1"}}'
	ok 'and a config map' made "$map"
	ok 'changes it' kubectl -n shop patch configmap cm --type merge -p '{"data": {"a": "2"}}'
	is 'reads it' "$(kubectl -n shop get configmap cm -o jsonpath='{.data.a}')" 2
	is 'lists it' "$(kubectl get configmaps -A -o name --field-selector metadata.name=cm)" configmap/cm
	exits 'takes a refusal for one' 1 made "$map"
	ok 'and takes it away' kubectl -n shop delete configmap cm
}
if command -v kubectl >/dev/null; then
	made() { kubectl create --validate=false -f - <<<"$1"; }
	works_with_kubectl
	config "https://127.0.0.1:$(port today)" 'certificate-authority: ca.crt' 'token: any'
	works_with_kubectl
	config "https://127.0.0.1:$(port good)" 'certificate-authority: ca.crt' 'token: any'
else
	skip 'kubectl works against it' 'no kubectl here'
fi
curl -s --cacert ca.crt "https://127.0.0.1:$(port good)/api/v1/namespaces/here/configmaps" -d '{"metadata": {"name": "mine"}, "data": {"a": "1"}}' >/dev/null
names() { jq -c '[.execution.steps[0].output.items[].metadata.name]' "$OUT"; }
ok 'one that tells in two answers what it serves does so too' bash -c "python3 $here/corpus.py https://127.0.0.1:$(port today) ca.crt token $here/corpus.tsv | diff - $here/corpus.out"
config "https://127.0.0.1:$(port today)" 'certificate-authority: ca.crt' 'token: any'
ok 'and is understood' read_kube list cm '{"namespace": "corpus", "fields": "metadata.name=c1"}'
is 'by the short name of a resource' "$(names)" '["c1"]'
config "https://127.0.0.1:$(port good)" 'certificate-authority: ca.crt' 'token: any'
read_kube list configmaps '{"namespace": "here"}'
is 'so do we' "$(names)" '["mine"]'
config "https://127.0.0.1:$(port plain)"
read_kube list configmaps '{"namespace": "corpus"}'
is 'a server of HTTP/1.0' "$(names)" '[]'
config "https://api:$(port good)" 'certificate-authority: ca.crt, proxy-url: "http://127.0.0.1:1"'
fails 'a proxy that is not there' 5 'unreachable: "test": ' list configmaps '{"namespace": "here"}'
config "https://127.0.0.1:$(port good)" 'certificate-authority: ca.crt, tls-server-name: api'
read_kube list configmaps '{"namespace": "here"}'
is 'another name is looked for in the certificate' "$(names)" '["mine"]'

# ---- answers
config "https://127.0.0.1:$(port good)"
while IFS='|' read -r fault code regex; do
	fails "$fault" "$code" "$regex" list configmaps '{"namespace": "fault-'"$fault"'"}'
done <<'END'
half|5|truncated: "test": 
nothing|5|(truncated|bad-answer|unreachable): "test": 
garbage|5|(bad-answer|truncated): "test": 
html|5|bad-answer: .*the list is no JSON
broken|5|bad-answer: .*no JSON
deep|5|bad-answer: .*no JSON
tired|5|server-error: "test" answers 503 ServiceUnavailable: come later
gateway|5|server-error: "test" answers 502: 
elsewhere|5|server-error: "test" answers 302: 
END
before=$SECONDS
fails 'an answer that never ends' 5 'too-large: ' list configmaps '{"namespace": "fault-huge"}'
document "$(step list configmaps '{"namespace": "fault-huge"}' read)" >huge.json
/usr/bin/env python3 - <<'END' >memory
import resource, subprocess
subprocess.run(["co-exec", "-q"], stdin=open("huge.json"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
END
ok "holds at most 600 MiB ($(cat memory))" test "$(cat memory)" -le 600
read_kube list configmaps '{"namespace": "fault-endless", "limit": 50}'
is 'pages without an end are ended' "$(jq -c '.execution.steps[0].output | [(.items | length), .truncated]' "$OUT")" '[50,true]'
fails 'a third page that fails' 5 'server-error: page 3: .*come later' list configmaps '{"namespace": "fault-later"}'
is 'the two before it are kept, and marked' "$(jq -c '.execution.steps[0] | [.status, .partial, .output.items[].metadata.name]' "$OUT")" '["failed",true,"p0","p1"]'
read_kube list configmaps '{"namespace": "fault-warned"}'
is 'warnings are told' "$(jq -c '.execution.steps[0].output' "$OUT")" '{"items":[],"warnings":["old \"thing\"","\u001b[31mred"]}'
sed -i 's/step_deadline: 20s/step_deadline: 2s/' "$XDG_CONFIG_HOME/cloudops/config.yaml"
fails 'a byte now and then' '[45]' 'timeout: ' list configmaps '{"namespace": "fault-slow"}'
ok 'ends in time' test $((SECONDS - before)) -lt 60
sed -i 's/step_deadline: 2s/step_deadline: 20s/' "$XDG_CONFIG_HOME/cloudops/config.yaml"

# ---- certificates
config "https://127.0.0.1:$(port old)"
fails 'an expired certificate' 5 'tls: "test": .*expired' list configmaps '{"namespace": "here"}'
config "https://127.0.0.1:$(port other)"
fails 'a certificate for another name' 5 'tls: "test": ' list configmaps '{"namespace": "here"}'
config "https://127.0.0.1:$(port good)" 'certificate-authority: stranger.crt'
fails 'the wrong authority' 5 'tls: "test": ' list configmaps '{"namespace": "here"}'
config "https://127.0.0.1:$(port good)" ''
fails 'no authority but those of the system' 5 'tls: "test": ' list configmaps '{"namespace": "here"}'
config "https://127.0.0.1:$(port other)" 'insecure-skip-tls-verify: true'
read_kube list configmaps '{"namespace": "none"}'
like 'the kubeconfig may say not to look, which is told' "$(jq -c '.execution.steps[0].output' "$OUT")" '"items":\[\],"warnings":\["the certificate of cluster .*c.* is not checked'
config "https://127.0.0.1:1"
fails 'nobody there' 5 'unreachable: "test": ' list configmaps '{"namespace": "here"}'
config "https://no-such-host.invalid"
fails 'no such host' 5 'unreachable: "test": ' list configmaps '{"namespace": "here"}'

# ---- kubeconfigs
good=https://127.0.0.1:$(port good)
while IFS='|' read -r name cluster user regex; do
	config "$good" "$cluster" "$user"
	fails "$name" "${regex%% *}" "${regex#* }" list configmaps '{"namespace": "here"}'
done <<'END'
a certificate authority that is not there|certificate-authority: none.crt||3 .*none.crt.*[Nn]o such file
one that is no certificate|certificate-authority: k||3 bad-kubeconfig: certificate-authority: .*is no PEM
a client key that is no key|certificate-authority: ca.crt|client-certificate: good.crt, client-key: good.crt|[345] 
a token that is a number|certificate-authority: ca.crt|token: 5|3 bad-kubeconfig: .*must be a string
a plugin that is not there|certificate-authority: ca.crt|exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-plugin, interactiveMode: Never}|5 plugin: .*no-such-plugin.* is not in \$PATH
END
like 'with its place' "$(config "$good" 'certificate-authority: ca.crt' 'token: 5'; read_kube list configmaps '{}'; cat "$ERR")" "this must be a string"
chmod 666 k
fails 'one that others may write to' 3 'untrusted-file: ' list configmaps '{"namespace": "here"}'
echo 'contexts: [' >k
chmod 600 k
fails 'one that is no YAML' 3 'bad-kubeconfig: ' list configmaps '{"namespace": "here"}'
rm k
fails 'none at all' 3 'no-kubeconfig: ' list configmaps '{"namespace": "here"}'
config "$good" 'certificate-authority: ca.crt'
sed -i 's/name: test,/name: tset,/' k
fails 'another context' 3 'no-context: there is no context "test"' list configmaps '{"namespace": "here"}'
is 'nothing was changed by any of this' "$(curl -s --cacert ca.crt "$good/api/v1/namespaces/here/configmaps/mine" | jq -c .data)" '{"a":"1"}'
done_testing
