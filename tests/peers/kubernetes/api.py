# SPDX-License-Identifier: Apache-2.0
"""The few requests that stand-ins of the tests make to the API server, over one kept connection a thread."""
import http.client
import json
import ssl
import threading
from datetime import datetime, timezone

MERGE = 'application/merge-patch+json'


def now():
    return datetime.now(timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')


class Api:
    def __init__(self, port, ca, token):
        self.port, self.token = port, token
        self.context = ssl.create_default_context(cafile=ca)
        self.mine = threading.local()

    def open(self, timeout):
        return http.client.HTTPSConnection('127.0.0.1', self.port, timeout=timeout, context=self.context)

    def headers(self, content_type):
        return {'Authorization': 'Bearer ' + self.token, 'Content-Type': content_type}

    def request(self, method, path, body=None, content_type='application/json'):
        """The status code and the decoded answer."""
        data = None if body is None else json.dumps(body)
        for attempt in (1, 2):  # a kept connection may have been closed by the server
            if getattr(self.mine, 'connection', None) is None:
                self.mine.connection = self.open(30)
            try:
                self.mine.connection.request(method, path, data, self.headers(content_type))
                answer = self.mine.connection.getresponse()
                return answer.status, json.loads(answer.read() or b'null')
            except (http.client.HTTPException, OSError):
                self.mine.connection = None
                if attempt == 2:
                    raise

    def watch(self, path):
        """Every object that is there or appears or changes, for ever; a watch that ends is begun anew."""
        code, listed = self.request('GET', path)
        if code != 200:
            raise OSError(f'{path}: {code}')
        for item in listed['items']:
            yield item
        connection = self.open(330)
        joint = '&' if '?' in path else '?'
        version = listed['metadata']['resourceVersion']
        connection.request('GET', f'{path}{joint}watch=1&timeoutSeconds=300&resourceVersion={version}', headers=self.headers(MERGE))
        for line in connection.getresponse():
            event = json.loads(line)
            if event['type'] == 'ERROR':
                return
            if event['type'] != 'DELETED':
                yield event['object']
