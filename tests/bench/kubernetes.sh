#!/usr/bin/env bash
# 5,000 pods and 500 nodes of a real API server, listed by co-exec and by kubectl in turn: CPU, and the largest process. Prints
# "NAME OURS-CPU-MS THEIRS-CPU-MS OURS-MIB THEIRS-MIB" a line; nothing where no server is built. ROUNDS (default 3), PODS, NODES.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=../plan.sh
. "$TOP/tests/plan.sh"
# shellcheck source=../peers/kubernetes/lib.sh
. "$TOP/tests/peers/kubernetes/lib.sh"
kube_cached || { echo "$KUBE_ABSENT" >&2; exit; }
KUBE_METRICS=0 kube_up n1 >&2 || exit 1
for name in fake_node scheduler manager; do kube_end $name -KILL; done
umask 022
mkdir -p "$XDG_CONFIG_HOME/cloudops"
cat >"$XDG_CONFIG_HOME/cloudops/config.yaml" <<'END'
environments: {test: {kubernetes: [{context: test}]}}
limits: {output_bytes: 67108864, step_deadline: 5m}
END
python3 - "$KUBE_URL" "$KUBE_CA" "${PODS:-5000}" "${NODES:-500}" <<'END' >&2
import concurrent.futures, http.client, json, ssl, sys, threading, urllib.parse
url, ca, pods, nodes = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
context, place, own = ssl.create_default_context(cafile=ca), urllib.parse.urlsplit(url).netloc, threading.local()
def post(path, body):
    if not hasattr(own, "line"):
        own.line = http.client.HTTPSConnection(place, context=context)
    own.line.request("POST", path, json.dumps(body), {"Authorization": "Bearer admin-token", "Content-Type": "application/json"})
    answer = own.line.getresponse()
    text = answer.read()
    assert answer.status == 201, text
def pod(i):
    container = lambda n: {"name": n, "image": f"registry.example.com/team/{n}:1.2.{i % 9}", "args": ["--log", "info", "--port", "8080"],
        "env": [{"name": f"SETTING_{k}", "value": f"value-{i}-{k}"} for k in range(8)], "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}}, "ports": [{"containerPort": 8080}]}
    return {"metadata": {"name": f"web-{i:05d}", "labels": {"app": f"web-{i % 50}", "team": "shop", "version": "7"},
        "annotations": {"example.com/checksum": "0123456789abcdef" * 4}}, "spec": {"schedulerName": "none", "automountServiceAccountToken": False,
        "containers": [container("main"), container("side")], "volumes": [{"name": "tmp", "emptyDir": {}}]}}
node = lambda i: {"metadata": {"name": f"worker-{i:03d}", "labels": {"zone": f"z{i % 3}"}}}
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    list(pool.map(lambda i: post("/api/v1/namespaces/default/pods", pod(i)), range(pods)))
    list(pool.map(lambda i: post("/api/v1/nodes", node(i)), range(nodes)))
END
list() { # FILE RESOURCE WITH
	document "[$(jq -nc --arg resource "$2" --argjson with "$3" '{id: "s", call: ["kubernetes", "list", $resource],
		target: {context: "test", environment: "test"}, with: $with, access: "list", needs: []}')]" >"$TMP/$1.json"
}
list pods pods '{}'
list some pods '{"only": ["metadata.name", "metadata.namespace", "status.phase", "spec.containers"]}'
list nodes nodes '{}'
python3 - "${ROUNDS:-3}" <<'END'
import os, statistics, subprocess, sys
TMP = os.environ.get("XDG_STATE_HOME").rsplit("/", 1)[0]
def run(words, source):
    out = open(TMP + "/answer", "w")
    p = subprocess.Popen(words, stdin=open(source), stdout=out)
    _, status, used = os.wait4(p.pid, 0)
    assert status == 0, words
    return (used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss / 1024
def count():
    """By another program: this one must stay small, because a process begins with the size of the one that starts it."""
    return subprocess.run(["jq", "(.items // .execution.steps[0].output.items) | length"], stdin=open(TMP + "/answer"), capture_output=True, check=True).stdout
for name, ours, theirs in (("pods whole", "pods", "pods"), ("pods some members", "some", "pods"), ("nodes whole", "nodes", "nodes")):
    figures = []
    for _ in range(int(sys.argv[1])):
        o = run(["co-exec", "-q"], f"{TMP}/{ours}.json")
        n = count()
        t = run(["kubectl", "get", theirs, "-A", "-o", "json"], "/dev/null")
        assert n == count(), "not the same number of items"
        figures.append(o + t)
    oc, om, tc, tm = (statistics.median(x) for x in zip(*figures))
    print(f"{int(n)} {name}", *(f"{x:.1f}" for x in (oc, tc, om, tm)), sep="\t")
END
