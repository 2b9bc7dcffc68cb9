"""Stands between a client and a real API server, and makes happen between two requests what else happens by chance.
usage: between.py SERVER CA TOKEN LOG PORT-FILE; speaks plain HTTP on loopback. Each request is a line of LOG: METHOD PATH ACCEPT,
and the headers that say for whom it asks.
The file LOG.do holds what to do, a line each, used up by the first request that fits:
  METHOD PART run COMMAND...   before it is passed on
  METHOD PART after COMMAND... when it was passed on; then close without an answer
  METHOD PART instead COMMAND...   and close without passing it on
  METHOD PART lose             pass it on, and close without an answer
  METHOD PART drop             close without passing it on
"""
import http.server
import os
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request

SERVER, CA, TOKEN, LOG, PORT = sys.argv[1:6]
CONTEXT = ssl.create_default_context(cafile=CA)
LOCK = threading.Lock()


def orders(method, path):
    """What is to be done with this request; it is used up."""
    try:
        with open(LOG + ".do") as f:
            lines = f.read().splitlines()
    except FileNotFoundError:
        return []
    for i, line in enumerate(lines):
        words = line.split(" ", 3)
        if words[0] == method and words[1] in path:
            with open(LOG + ".do", "w") as f:
                f.write("".join(x + "\n" for x in lines[:i] + lines[i + 1 :]))
            return words[2:]
    return []


def do(command):
    subprocess.run(["bash", "-c", command], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
        with LOCK:
            with open(LOG, "a") as f:
                f.write(" ".join([self.command, self.path, str(self.headers.get("Accept"))] + self.whom()) + "\n")
            order = orders(self.command, self.path) or [None]
            if order[0] in ("run", "instead"):
                do(order[1])
        if order[0] in ("drop", "instead"):
            self.close_connection = True
            return
        status, headers, answer = self.forward(body)
        if order[0] == "after":
            do(order[1])
        if order[0] in ("lose", "after"):
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers:
            if name.lower() in ("content-type", "retry-after", "warning"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def whom(self):
        return sorted(f"{n.lower()}={v}" for n, v in self.headers.items() if n.lower().startswith("impersonate-"))

    def forward(self, body):
        headers = {n: v for n, v in self.headers.items() if n.lower() in ("accept", "content-type")}
        headers["Authorization"] = "Bearer " + TOKEN
        request = urllib.request.Request(SERVER + self.path, data=body, method=self.command, headers=headers)
        try:
            with urllib.request.urlopen(request, context=CONTEXT, timeout=60) as f:
                return f.status, f.headers.items(), f.read()
        except urllib.error.HTTPError as e:
            return e.code, e.headers.items(), e.read()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(PORT + ".new", "w") as f:
    f.write(str(server.server_address[1]))
os.rename(PORT + ".new", PORT)
server.serve_forever()
