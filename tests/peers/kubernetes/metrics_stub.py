# SPDX-License-Identifier: Apache-2.0
"""metrics.k8s.io/v1beta1 behind the aggregation layer: usage is what annotations of pods and nodes say.

    cloudops.test/cpu, cloudops.test/memory     usage of each container, or of the node; "none" for no metrics yet

usage: metrics_stub.py API-PORT PKI-DIRECTORY TOKEN PORT
"""
import http.server
import json
import ssl
import sys
from urllib.parse import parse_qs, urlsplit

from api import Api, now

GROUP, VERSION = 'metrics.k8s.io', 'metrics.k8s.io/v1beta1'


def usage(metadata, cpu, memory):
    notes = metadata.get('annotations') or {}
    return {'cpu': notes.get('cloudops.test/cpu', cpu), 'memory': notes.get('cloudops.test/memory', memory)}


def sample(kind, metadata, more):
    kept = {k: metadata[k] for k in ('name', 'namespace', 'labels') if k in metadata}
    return {'kind': kind, 'apiVersion': VERSION, 'metadata': {**kept, 'creationTimestamp': now()}, 'timestamp': now(), 'window': '15s', **more}


def node_metrics(node):
    return sample('NodeMetrics', node['metadata'], {'usage': usage(node['metadata'], '250m', '1Gi')})


def pod_metrics(pod):
    used = usage(pod['metadata'], '3m', '24Mi')
    return sample('PodMetrics', pod['metadata'], {'containers': [{'name': c['name'], 'usage': used} for c in pod['spec']['containers']]})


def measured(thing):
    if 'none' in usage(thing['metadata'], '', '').values():
        return False
    return thing['kind'] == 'Node' or thing['status'].get('phase') == 'Running'


def listing(kind, items):
    return {'kind': kind, 'apiVersion': VERSION, 'metadata': {}, 'items': items}


DISCOVERY = {
    f'/apis/{GROUP}': {'kind': 'APIGroup', 'apiVersion': 'v1', 'name': GROUP,
                       'versions': [{'groupVersion': VERSION, 'version': 'v1beta1'}],
                       'preferredVersion': {'groupVersion': VERSION, 'version': 'v1beta1'}},
    f'/apis/{VERSION}': {'kind': 'APIResourceList', 'apiVersion': 'v1', 'groupVersion': VERSION, 'resources': [
        {'name': name, 'singularName': '', 'namespaced': name == 'pods', 'kind': kind, 'verbs': ['get', 'list']}
        for name, kind in (('nodes', 'NodeMetrics'), ('pods', 'PodMetrics'))]},
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def answer(self, code, document):
        body = json.dumps(document).encode()
        self.send_response(code)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def core(self, path):
        """What the API server itself says, whose pods and nodes these are."""
        code, document = api.request('GET', '/api/v1/' + path)
        for item in document.get('items', []):
            item['kind'] = document['kind'][:-len('List')]
        return code, document

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path in DISCOVERY:
            return self.answer(200, DISCOVERY[url.path])
        prefix = f'/apis/{VERSION}/'
        if not url.path.startswith(prefix):
            return self.answer(404, {'kind': 'Status', 'apiVersion': 'v1', 'status': 'Failure', 'reason': 'NotFound', 'code': 404})
        selector = parse_qs(url.query).get('labelSelector')
        code, document = self.core(url.path[len(prefix):] + ('?labelSelector=' + selector[0] if selector else ''))
        of_pods = 'pods' in url.path[len(prefix):].split('/')
        one, kind = (pod_metrics, 'PodMetricsList') if of_pods else (node_metrics, 'NodeMetricsList')
        if code != 200:
            return self.answer(code, document)
        if 'items' in document:
            return self.answer(200, listing(kind, [one(item) for item in document['items'] if measured(item)]))
        return self.answer(200, one(document))


if __name__ == '__main__':
    api_port, pki, token, port = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    api = Api(api_port, pki + '/ca.crt', token)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki + '/stub.crt', pki + '/stub.key')
    context.load_verify_locations(pki + '/front.crt')
    context.verify_mode = ssl.CERT_REQUIRED  # only the API server's aggregation layer may ask
    server = http.server.ThreadingHTTPServer(('127.0.0.1', port), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()
