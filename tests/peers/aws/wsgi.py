# SPDX-License-Identifier: Apache-2.0
"""A small HTTP/1.1 server for WSGI applications that keeps connections open, which moto's own does not."""
import io
import os
import socketserver
import sys
from urllib.parse import unquote_to_bytes

LINE = 65537


class Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 120

    def handle(self):
        try:
            while self.answer_one():
                pass
        except (ConnectionError, TimeoutError, ValueError):
            pass  # the client left, or sent no HTTP

    def answer_one(self):
        line = self.rfile.readline(LINE)
        if not line.strip():
            return False
        method, target, version = line.decode("latin1").split()
        headers = self.read_headers()
        if headers.get("expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        body = self.read_body(headers)
        status, answer, content = self.run(self.environ(method, target, version, headers, body))
        close = headers.get("connection", "").lower() == "close"
        if not any(name.lower() == "content-length" for name, _ in answer):
            answer.append(("Content-Length", str(len(content))))
        if close:
            answer.append(("Connection", "close"))
        head = "".join([f"HTTP/1.1 {status}\r\n", *(f"{n}: {v}\r\n" for n, v in answer), "\r\n"])
        self.wfile.write(head.encode("latin1") + (b"" if method == "HEAD" else content))
        self.wfile.flush()
        return not close

    def read_headers(self):
        headers = {}
        while True:
            line = self.rfile.readline(LINE).decode("latin1").rstrip("\r\n")
            if not line:
                return headers
            name, value = line.split(":", 1)
            name, value = name.lower(), value.strip()
            headers[name] = f"{headers[name]},{value}" if name in headers else value

    def read_body(self, headers):
        if headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(headers.get("content-length") or 0))
        body = b""
        while True:
            size = int(self.rfile.readline(LINE).split(b";")[0], 16)
            if size == 0:
                while self.rfile.readline(LINE).strip():
                    pass
                return body
            body += self.rfile.read(size)
            self.rfile.readline(LINE)

    def environ(self, method, target, version, headers, body):
        path, _, query = target.partition("?")
        host, _, port = headers.get("host", "127.0.0.1").partition(":")
        env = {
            "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": unquote_to_bytes(path).decode("latin1"),
            "QUERY_STRING": query, "RAW_URI": target, "REQUEST_URI": target, "SERVER_NAME": host,
            "SERVER_PORT": port or "80", "SERVER_PROTOCOL": version, "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": "127.0.0.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.multithread": True,
            "wsgi.multiprocess": False, "wsgi.run_once": False,
        }
        for name, value in headers.items():
            if name == "content-type":
                env["CONTENT_TYPE"] = value
            elif name != "content-length":
                env["HTTP_" + name.upper().replace("-", "_")] = value
        return env

    def run(self, env):
        got = []

        def start(status, headers, _exception=None):
            got[:] = [status, list(headers)]

        try:
            pieces = self.server.application(env, start)
            content = b"".join(pieces)
            getattr(pieces, "close", lambda: None)()
            return got[0], got[1], content
        except Exception as error:  # what moto does not implement ends in an exception of its own
            return "501 Not Implemented", [("Content-Type", "text/plain")], repr(error).encode()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


def serve(application, port_file):
    """On a free port of the loopback, which is written to port_file once it answers. Does not return."""
    server = Server(("127.0.0.1", 0), Handler)
    server.application = application
    with open(port_file + ".new", "w") as f:
        f.write(f"{server.server_address[1]}\n")

    os.rename(port_file + ".new", port_file)
    server.serve_forever()
