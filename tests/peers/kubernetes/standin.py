"""A stand-in for an API server, for what a real one does not do on demand. It keeps namespaces and config maps as a real one
does (corpus.tsv holds the two to the same answers), and fails in a way that the namespace asks for: see Faults.
usage: standin.py CERTIFICATE KEY PORT-FILE [HTTP/1.0] [aggregated]: as servers since 1.26 do, tells in two answers what it serves
"""
import base64
import http.server
import itertools
import json
import os
import re
import ssl
import sys
import threading
import time
import urllib.parse
import uuid

CERTIFICATE, KEY, PORT = sys.argv[1:4]
VERSIONS = itertools.count(100)
LOCK = threading.Lock()
STORE = {"namespaces": {}, "configmaps": {}}
KINDS = {"namespaces": "Namespace", "configmaps": "ConfigMap"}
VERBS = ["create", "delete", "get", "list", "patch"]
RESOURCES = {"kind": "APIResourceList", "groupVersion": "v1", "resources": [
    {"name": "namespaces", "singularName": "", "namespaced": False, "kind": "Namespace", "verbs": VERBS, "shortNames": ["ns"]},
    {"name": "configmaps", "singularName": "", "namespaced": True, "kind": "ConfigMap", "verbs": VERBS, "shortNames": ["cm"]}]}


AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


def aggregated(core):
    served = [{"resource": r["name"], "responseKind": {"group": "", "version": "v1", "kind": r["kind"]},
               "scope": "Namespaced" if r["namespaced"] else "Cluster", "singularResource": r["kind"].lower(), "verbs": r["verbs"],
               "shortNames": r["shortNames"]} for r in RESOURCES["resources"]]
    group = {"metadata": {"creationTimestamp": None}, "versions": [{"version": "v1", "resources": served, "freshness": "Current"}]}
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": [group] if core else []}


class Refusal(Exception):
    def __init__(self, code, reason, message, causes=None, **details):
        super().__init__(message)
        if causes:
            details["causes"] = causes
        self.code, self.status = code, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message,
                                        "reason": reason, "details": details, "code": code}


def selects(selector, labels):
    for part in re.findall(r"(?:[^,(]|\([^)]*\))+", selector):
        several = re.fullmatch(r"\s*(\S+) (in|notin) \(([^)]*)\)\s*", part)
        one = re.fullmatch(r"\s*([^!=\s]+)\s*(==|=|!=)\s*([^!=\s]*)\s*", part)
        if several:
            good = (labels.get(several[1]) in re.split(r"\s*,\s*", several[3])) == (several[2] == "in")
        elif one:
            good = (labels.get(one[1]) == one[3]) == (one[2] != "!=")
        elif re.fullmatch(r"\s*\S+\s*", part):
            good = part.strip() in labels
        else:
            raise Refusal(400, "BadRequest", "unable to parse requirement")
        if not good:
            return False
    return True


def merge(target, patch):
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    target = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        else:
            target[key] = merge(target.get(key), value)
    return target


def operate(target, operations):
    """RFC 6902, as far as objects go."""
    wrong = Refusal(422, "Invalid", "the server rejected our request due to an error in our request")
    target = json.loads(json.dumps(target))
    for op in operations:
        *way, last = op["path"].split("/")[1:]
        place = target
        for key in way:
            place = place.setdefault(key, {}) if op["op"] == "add" else place.get(key, {})
        if op["op"] != "add" and last not in place:
            raise wrong
        if op["op"] == "test" and place[last] != op["value"]:
            raise wrong
        if op["op"] in ("add", "replace"):
            place[last] = op["value"]
        elif op["op"] == "remove":
            del place[last]
    return target


class Faults:
    """What goes wrong with a list in namespace fault-NAME."""

    @staticmethod
    def half(h):
        h.begin(200, 100000)
        h.wfile.write(b'{"kind":"ConfigMapList","apiVersion":"v1","metadata":{},"items":[{"metadata":{"name":"a"}},{"meta')

    @staticmethod
    def nothing(h):
        del h

    @staticmethod
    def garbage(h):
        h.wfile.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")

    @staticmethod
    def html(h):
        h.answer(200, b"<html><body>Please log in</body></html>", "text/html")

    @staticmethod
    def broken(h):
        h.answer(200, b'{"kind":"ConfigMapList","items":[{"metadata":{"name":"a"}},nonsense]}')

    @staticmethod
    def deep(h):
        h.answer(200, b'{"kind":"ConfigMapList","items":[' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"]}")

    @staticmethod
    def slow(h):
        h.begin(200, 100000)
        for _ in range(600):
            h.wfile.write(b" ")
            h.wfile.flush()
            time.sleep(0.1)

    @staticmethod
    def huge(h):
        h.begin(200, 10 << 30)
        h.wfile.write(b'{"kind":"ConfigMapList","items":[')
        item = b'{"metadata":{"name":"a"},"data":{"x":"' + b"x" * 65536 + b'"}},'
        while True:
            h.wfile.write(item)

    @staticmethod
    def endless(h):
        """Pages without an end."""
        h.answer_json(200, {"kind": "ConfigMapList", "apiVersion": "v1", "metadata": {"continue": "again"}, "items": [{"metadata": {"name": "a"}}]})

    @staticmethod
    def later(h):
        """Two pages of one item; what is asked for then is told to come later."""
        page = int(h.path.partition("continue=")[2].partition("&")[0] or 0)
        if page == 2:
            return Faults.tired(h)
        h.answer_json(200, {"kind": "ConfigMapList", "apiVersion": "v1", "metadata": {"continue": str(page + 1)},
                            "items": [{"metadata": {"name": f"p{page}"}}]})

    @staticmethod
    def tired(h):
        h.answer_json(503, {"kind": "Status", "status": "Failure", "code": 503, "reason": "ServiceUnavailable", "message": "come later"})

    @staticmethod
    def gateway(h):
        h.answer(502, b"<html><h1>502 Bad Gateway</h1></html>", "text/html")

    @staticmethod
    def elsewhere(h):
        h.send_response(302)
        h.send_header("Location", "https://127.0.0.1:1/")
        h.send_header("Content-Length", "0")
        h.end_headers()

    @staticmethod
    def warned(h):
        h.extra = [("Warning", '299 - "old \\"thing\\""'), ("Warning", '299 - "\x1b[31mred"')]
        h.answer_json(200, {"kind": "ConfigMapList", "apiVersion": "v1", "metadata": {}, "items": None})


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0" if "HTTP/1.0" in sys.argv else "HTTP/1.1"
    extra = []

    def log_message(self, *_):
        pass

    def begin(self, status, length, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        for name, value in self.extra:
            self.send_header(name, value)
        self.end_headers()

    def answer(self, status, body, kind="application/json"):
        self.begin(status, len(body), kind)
        self.wfile.write(body)

    def answer_json(self, status, value):
        self.answer(status, json.dumps(value).encode())

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urllib.parse.urlsplit(self.path)
        fault = re.match(r"/api/v1/namespaces/fault-([a-z]+)/", url.path)
        if fault:
            self.close_connection = True
            getattr(Faults, fault[1])(self)
            return
        if url.path in ("/api", "/apis") and "aggregated" in sys.argv and AGGREGATED in self.headers.get("Accept", ""):
            self.answer(200, json.dumps(aggregated(url.path == "/api")).encode(), AGGREGATED)
            return
        try:
            with LOCK:
                status, value = self.act(url.path.strip("/").split("/"), dict(urllib.parse.parse_qsl(url.query)), body)
            self.answer_json(status, value)
        except Refusal as e:
            self.answer_json(e.code, e.status)

    def act(self, path, query, body):
        if path == ["api"]:
            return 200, {"kind": "APIVersions", "versions": ["v1"]}
        if path == ["api", "v1"]:
            return 200, RESOURCES
        if path == ["apis"]:
            return 200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": []}
        if path == ["version"]:
            return 200, {"major": "1", "minor": "20", "gitVersion": "v1.20.2"}
        space = ""
        if path[:3] == ["api", "v1", "namespaces"] and len(path) >= 5:
            space, path = path[3], path[:2] + path[4:]
        if path[:2] != ["api", "v1"] or len(path) not in (3, 4) or path[2] not in STORE:
            self.answer(404, b"404 page not found\n", "text/plain; charset=utf-8")
            raise ConnectionAbortedError
        one = getattr(self, "one_" + self.command.lower(), None)
        whole = getattr(self, "all_" + self.command.lower(), None)
        if not (one if len(path) == 4 else whole):
            raise Refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
        return one(path[2], space, path[3], query, body) if len(path) == 4 else whole(path[2], space, query, body)

    def find(self, plural, space, name):
        found = STORE[plural].get((space, name))
        if not found:
            raise Refusal(404, "NotFound", f'{plural} "{name}" not found', name=name, kind=plural)
        return found

    def all_get(self, plural, space, query, _):
        field = query.get("fieldSelector", "")
        named = re.fullmatch(r"metadata\.name(=|!=)(.*)", field)
        if field and not named:
            raise Refusal(400, "BadRequest", f"\"{field.split('=')[0]}\" is not a known field selector")
        found = [o for (s, n), o in sorted(STORE[plural].items())
                 if space in ("", s) and (not named or (n == named[2]) == (named[1] == "="))
                 and selects(query.get("labelSelector", ""), o["metadata"].get("labels", {}))]
        first = int(base64.b64decode(query["continue"])) if "continue" in query else 0
        limit = int(query.get("limit", "0")) or len(found)
        metadata = {"resourceVersion": str(max([99] + [int(o["metadata"]["resourceVersion"]) for o in found]))}
        if first + limit < len(found):
            metadata["continue"] = base64.b64encode(str(first + limit).encode()).decode()
            if not query.get("labelSelector") and not field:
                metadata["remainingItemCount"] = len(found) - first - limit
        items = [{k: v for k, v in o.items() if k not in ("kind", "apiVersion")} for o in found[first : first + limit]]
        return 200, {"kind": KINDS[plural] + "List", "apiVersion": "v1", "metadata": metadata, "items": items}

    def all_post(self, plural, space, query, body):
        try:
            made = json.loads(body)
        except ValueError as e:
            raise Refusal(400, "BadRequest", "the object provided is unrecognized") from e
        name = made.setdefault("metadata", {}).get("name", "")
        if (space, name) in STORE[plural]:
            raise Refusal(409, "AlreadyExists", f'{plural} "{name}" already exists', name=name, kind=plural)
        made.update(kind=KINDS[plural], apiVersion="v1")
        made["metadata"].update(uid=str(uuid.uuid4()), **({"namespace": space} if space else {}))
        if "dryRun" not in query:
            made["metadata"]["resourceVersion"] = str(next(VERSIONS))
            STORE[plural][(space, name)] = made
        return 201, made

    def one_get(self, plural, space, name, *_):
        return 200, self.find(plural, space, name)

    def one_patch(self, plural, space, name, query, body):
        kind, old = self.headers["Content-Type"], self.find(plural, space, name)
        if kind == "application/json-patch+json":
            new = operate(old, json.loads(body))
        elif kind in ("application/merge-patch+json", "application/strategic-merge-patch+json"):
            new = merge(old, json.loads(body))
        else:
            raise Refusal(415, "UnsupportedMediaType", "the body of the request was in an unknown format")
        for member in ("resourceVersion", "uid"):
            if new["metadata"].get(member) != old["metadata"][member]:
                raise Refusal(409, "Conflict", f'Operation cannot be fulfilled on {plural} "{name}": the object has been modified',
                              name=name, kind=plural)
        if "dryRun" not in query:
            if new != old:
                new["metadata"]["resourceVersion"] = str(next(VERSIONS))
            STORE[plural][(space, name)] = new
        return 200, new

    def one_delete(self, plural, space, name, query, body):
        old = self.find(plural, space, name)
        options = json.loads(body) if body else {}
        for member, wanted in options.get("preconditions", {}).items():
            if wanted != old["metadata"][member]:
                raise Refusal(409, "Conflict", f'Operation cannot be fulfilled on {KINDS[plural]} "{name}"', name=name, kind=KINDS[plural])
        if "dryRun" not in query and "dryRun" not in options:
            del STORE[plural][(space, name)]
        return 200, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
                     "details": {"name": name, "kind": plural, "uid": old["metadata"]["uid"]}}

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Clients that go away are what this is for."""


server = Server(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
with open(PORT + ".new", "w") as f:
    f.write(str(server.server_address[1]))
os.rename(PORT + ".new", PORT)
server.serve_forever()
