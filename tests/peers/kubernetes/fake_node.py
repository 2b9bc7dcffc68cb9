# SPDX-License-Identifier: Apache-2.0
"""A kubelet without containers: registers nodes, and makes of every pod bound to one what its annotations say.

Annotations of a pod (they change nothing else: labels and owners are as in life):
    cloudops.test/state         running (default), unready, crashloop, oom, imagepull, configerror, creating, failed,
                                succeeded, evicted, unknown-node (left as it is)
    cloudops.test/container     the container that has the state; default: all
    cloudops.test/exit-code     of a container that ended; default 1 (oom: 137)
    cloudops.test/restarts      how often it was started again; default 7 where it crashes, else 0
    cloudops.test/message       of the waiting or ended container and of the event about it
    cloudops.test/log           the text of its log; default: two quiet lines
    cloudops.test/log-lines     that many lines instead
    cloudops.test/previous-log  the text of the log of the instance before
of a node:
    cloudops.test/cpu-capacity, cloudops.test/memory-capacity     default 8, 16Gi
    cloudops.test/conditions    as "MemoryPressure=True Ready=False:KubeletNotReady:network plugin is not ready", divided by " & "

usage: fake_node.py API-PORT PKI-DIRECTORY TOKEN PORT NODE...
"""
import http.server
import ssl
import sys
import threading
import time
import traceback
from urllib.parse import parse_qs, urlsplit

from api import MERGE, Api, now

CRASHING = ('crashloop', 'oom')
QUIET = 'started\nserving\n'


def note(thing, name, default=None):
    return (thing['metadata'].get('annotations') or {}).get('cloudops.test/' + name, default)


def condition(kind, true, reason='', message=''):
    status = true if isinstance(true, str) else 'True' if true else 'False'
    return {'type': kind, 'status': status, 'reason': reason, 'message': message, 'lastTransitionTime': now()}


# ---- nodes

def node_conditions(node):
    states = {'Ready': ('True', 'KubeletReady', 'kubelet is posting ready status')}
    for kind in ('MemoryPressure', 'DiskPressure', 'PIDPressure'):
        states[kind] = ('False', 'KubeletHasSufficient' + kind.replace('Pressure', ''), 'kubelet has enough of it')
    for word in filter(None, note(node, 'conditions', '').split(' & ')):
        kind, _, rest = word.partition('=')
        status, reason, message = (rest.split(':', 2) + ['', ''])[:3]
        states[kind] = (status, reason or f'KubeletHas{kind}', message)
    return [{**condition(kind, *state), 'lastHeartbeatTime': now()} for kind, state in states.items()]


def node_status(node):
    capacity = {'cpu': note(node, 'cpu-capacity', '8'), 'memory': note(node, 'memory-capacity', '16Gi'), 'pods': '110',
                'ephemeral-storage': '100Gi'}
    info = dict.fromkeys(('machineID', 'systemUUID', 'bootID', 'kernelVersion', 'osImage', 'kubeProxyVersion'), '')
    info.update(kubeletVersion='v1.20.2', architecture='amd64', operatingSystem='linux', containerRuntimeVersion='fake://1')
    return {'capacity': capacity, 'allocatable': capacity, 'nodeInfo': info,
            'addresses': [{'type': 'InternalIP', 'address': '127.0.0.1'}],
            'daemonEndpoints': {'kubeletEndpoint': {'Port': port}}, 'conditions': node_conditions(node)}


def drive_node(node):
    """Sets the status when it is not yet what the annotations say; the rest of a node's life is the controllers'."""
    wanted = {c['type']: c['status'] for c in node_conditions(node)}
    if {c['type']: c['status'] for c in node['status'].get('conditions', [])} != wanted:
        api.request('PATCH', f"/api/v1/nodes/{node['metadata']['name']}/status", {'status': node_status(node)}, MERGE)


# ---- pods

def container_status(pod, container, init=False):
    """What the kubelet would tell of one container."""
    state = note(pod, 'state', 'running')
    if note(pod, 'container', container['name']) != container['name']:
        state = 'running'
    message, code = note(pod, 'message'), int(note(pod, 'exit-code', 137 if state == 'oom' else 1))
    restarts = int(note(pod, 'restarts', 7 if state in CRASHING else 0))
    ended = {'exitCode': code, 'reason': 'OOMKilled' if state == 'oom' else 'Error', 'startedAt': now(), 'finishedAt': now()}
    if message and state in ('failed', *CRASHING):
        ended['message'] = message
    status = {'name': container['name'], 'image': container['image'], 'imageID': '', 'containerID': '', 'ready': state == 'running',
              'started': state in ('running', 'unready'), 'restartCount': restarts, 'lastState': {}}
    if init and state == 'running' or state == 'succeeded':
        status['state'] = {'terminated': {'exitCode': 0, 'reason': 'Completed', 'startedAt': now(), 'finishedAt': now()}}
    elif state in ('running', 'unready'):
        status['state'] = {'running': {'startedAt': now()}}
        if restarts:
            status['lastState'] = {'terminated': ended}
    elif state in CRASHING:
        waiting = f"back-off 5m0s restarting failed container={container['name']} pod={pod['metadata']['name']}_{pod['metadata']['namespace']}"
        status['state'] = {'waiting': {'reason': 'CrashLoopBackOff', 'message': waiting}}
        status['lastState'] = {'terminated': ended}
    elif state == 'imagepull':
        status['state'] = {'waiting': {'reason': 'ImagePullBackOff', 'message': f'Back-off pulling image "{container["image"]}"'}}
    elif state == 'configerror':
        status['state'] = {'waiting': {'reason': 'CreateContainerConfigError', 'message': message or 'configmap "settings" not found'}}
    elif state == 'creating':
        status['state'] = {'waiting': {'reason': 'ContainerCreating'}}
    else:
        status['state'] = {'terminated': ended}
    return status


PHASES = {'imagepull': 'Pending', 'configerror': 'Pending', 'creating': 'Pending', 'failed': 'Failed', 'succeeded': 'Succeeded', 'evicted': 'Failed'}


def pod_status(pod, address):
    state = note(pod, 'state', 'running')
    phase = PHASES.get(state, 'Running')
    if state == 'evicted':
        return {'phase': phase, 'reason': 'Evicted', 'message': note(pod, 'message', 'The node was low on resource: memory. '), 'startTime': now()}
    ready = state == 'running'
    return {'phase': phase, 'hostIP': '127.0.0.1', 'podIP': address, 'podIPs': [{'ip': address}], 'startTime': now(),
            'containerStatuses': [container_status(pod, c) for c in pod['spec']['containers']],
            'initContainerStatuses': [container_status(pod, c, True) for c in pod['spec'].get('initContainers', [])],
            'conditions': [condition('Initialized', True), condition('PodScheduled', True),
                           condition('Ready', ready, '' if ready else 'ContainersNotReady'),
                           condition('ContainersReady', ready, '' if ready else 'ContainersNotReady')]}


def kubelet_events(pod):
    """(reason, message, container) of what a kubelet tells of such a pod."""
    state, message = note(pod, 'state', 'running'), note(pod, 'message')
    for container in pod['spec']['containers']:
        name, image = container['name'], container['image']
        if note(pod, 'container', name) != name:
            continue
        if state in CRASHING:
            yield 'BackOff', 'Back-off restarting failed container', name
        elif state == 'imagepull':
            why = message or f'rpc error: code = NotFound desc = failed to pull and unpack image "{image}": not found'
            yield 'Failed', f'Failed to pull image "{image}": {why}', name
            yield 'Failed', 'Error: ImagePullBackOff', name
        elif state == 'configerror':
            yield 'Failed', 'Error: ' + (message or 'configmap "settings" not found'), name
        elif state == 'unready':
            yield 'Unhealthy', message or 'Readiness probe failed: HTTP probe failed with statuscode: 503', name
        elif state == 'creating' and message:
            yield 'FailedMount', message, None
    if state == 'evicted':
        yield 'Evicted', message or 'The node was low on resource: memory. ', None


def tell(pod, number, reason, message, container):
    meta, about = pod['metadata'], {'kind': 'Pod', 'apiVersion': 'v1', 'namespace': pod['metadata']['namespace'], 'name': pod['metadata']['name'],
                                    'uid': pod['metadata']['uid']}
    if container:
        about['fieldPath'] = f'spec.containers{{{container}}}'
    api.request('POST', f"/api/v1/namespaces/{meta['namespace']}/events",
                {'metadata': {'name': f"{meta['name']}.{meta['uid'][:8]}{number}", 'namespace': meta['namespace']}, 'involvedObject': about,
                 'reason': reason, 'message': message, 'type': 'Warning', 'count': 12, 'firstTimestamp': now(), 'lastTimestamp': now(),
                 'source': {'component': 'kubelet', 'host': pod['spec']['nodeName']}})


class Pods:
    """Remembers what was made of each pod, and gives addresses."""

    def __init__(self):
        self.done, self.addresses = {}, {}

    def drive(self, pod):
        meta = pod['metadata']
        path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}"
        if meta.get('deletionTimestamp'):
            api.request('DELETE', path, {'gracePeriodSeconds': 0, 'preconditions': {'uid': meta['uid']}})
            return
        notes = {k: v for k, v in (meta.get('annotations') or {}).items() if k.startswith('cloudops.test/')}
        if self.done.get(meta['uid']) == notes or note(pod, 'state') == 'unknown-node':
            return
        self.done[meta['uid']] = notes
        n = len(self.addresses)
        address = self.addresses.setdefault(meta['uid'], f'10.{1 + n // 62500}.{n // 250 % 250}.{n % 250 + 1}')
        code, answer = api.request('PATCH', path + '/status', {'status': pod_status(pod, address)}, MERGE)
        if code not in (200, 404):
            print(f"{meta['name']}: {code} {answer.get('message')}", file=sys.stderr, flush=True)
        for number, event in enumerate(kubelet_events(pod)):
            tell(pod, number, *event)


def keep(watched, drive):
    while True:
        try:
            for thing in api.watch(watched):
                drive(thing)
        except Exception:  # the server may be restarted under us; its pods are looked at anew then
            traceback.print_exc()
            time.sleep(0.5)


def heartbeat(names):
    """Leases, by which the node-lifecycle controller knows that a kubelet lives."""
    while True:
        for name in names:
            try:
                moment = now().replace('Z', '.000000Z')
                spec = {'holderIdentity': name, 'leaseDurationSeconds': 40, 'renewTime': moment}
                path = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'
                code, _ = api.request('PATCH', f'{path}/{name}', {'spec': spec}, MERGE)
                if code == 404:
                    api.request('POST', path, {'metadata': {'name': name}, 'spec': spec})
            except OSError:
                traceback.print_exc()
        time.sleep(10)


# ---- logs, which the API server asks a kubelet for

def log_of(pod, container, query):
    """(code, text)"""
    def number(name):
        return int(query[name][0]) if name in query else None
    if query.get('previous') == ['true']:
        text = note(pod, 'previous-log')
        if text is None and not int(note(pod, 'restarts', 7 if note(pod, 'state') in CRASHING else 0)):
            return 400, f'previous terminated container "{container}" in pod "{pod["metadata"]["name"]}" not found'
        text = QUIET if text is None else text
    elif note(pod, 'state') in ('imagepull', 'configerror', 'creating'):
        return 400, f'container "{container}" in pod "{pod["metadata"]["name"]}" is waiting to start: {note(pod, "state")}'
    elif note(pod, 'log-lines'):
        text = ''.join(f'line {i} of {container}\n' for i in range(int(note(pod, 'log-lines'))))
    else:
        text = note(pod, 'log', QUIET)
    lines = text.splitlines(keepends=True)
    tail = number('tailLines')
    if tail is not None:
        lines = lines[-tail:] if tail else []
    if query.get('timestamps') == ['true']:
        lines = [f'{now()[:-1]}.000000000Z {line}' for line in lines]
    return 200, ''.join(lines)[:number('limitBytes')]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def do_GET(self):
        url = urlsplit(self.path)
        words = url.path.strip('/').split('/')
        if words[0] == 'containerLogs' and len(words) == 4:
            code, pod = api.request('GET', f'/api/v1/namespaces/{words[1]}/pods/{words[2]}')
            code, text = log_of(pod, words[3], parse_qs(url.query)) if code == 200 else (404, 'no such pod')
        else:
            code, text = 404, '404 page not found'
        body = text.encode()
        self.send_response(code)
        self.send_header('Content-Type', 'text/plain')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == '__main__':
    pki, token, port, names = sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5:]
    api = Api(int(sys.argv[1]), pki + '/ca.crt', token)
    for name in names:
        api.request('POST', '/api/v1/nodes', {'metadata': {'name': name, 'labels': {'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux'}}})
    threading.Thread(target=keep, args=('/api/v1/nodes', drive_node), daemon=True).start()
    threading.Thread(target=keep, args=('/api/v1/pods?fieldSelector=spec.nodeName!%3D', Pods().drive), daemon=True).start()
    threading.Thread(target=heartbeat, args=(names,), daemon=True).start()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki + '/stub.crt', pki + '/stub.key')
    context.load_verify_locations(pki + '/ca.crt')
    context.verify_mode = ssl.CERT_REQUIRED  # the API server shows its kubelet client certificate
    server = http.server.ThreadingHTTPServer(('127.0.0.1', port), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()
