"""An HTTP proxy that makes tunnels: each CONNECT is a line of LOG, with the credential it brought; whatever its name, it goes to loopback.
usage: proxy.py LOG PORT-FILE [CREDENTIAL]; with "user:password" others are refused.
"""
import base64
import http.server
import os
import select
import socket
import sys

LOG, PORT = sys.argv[1:3]
WANTED = "Basic " + base64.b64encode(sys.argv[3].encode()).decode() if len(sys.argv) > 3 else None


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_CONNECT(self):
        credential = self.headers.get("Proxy-Authorization")
        with open(LOG, "a") as f:
            f.write(f"CONNECT {self.path} {credential}\n")
        if WANTED and credential != WANTED:
            self.send_response(407)
            self.send_header("Proxy-Authenticate", "Basic")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        with socket.create_connection(("127.0.0.1", int(self.path.rsplit(":", 1)[1]))) as far:
            self.send_response(200)
            self.end_headers()
            self.pass_on(far)
        self.close_connection = True

    def pass_on(self, far):
        near = self.connection
        while True:
            for ready in select.select([near, far], [], [], 60)[0]:
                data = ready.recv(65536)
                if not data:
                    return
                (far if ready is near else near).sendall(data)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(PORT + ".new", "w") as f:
    f.write(str(server.server_address[1]))
os.rename(PORT + ".new", PORT)
server.serve_forever()
