#!/usr/bin/env python3
"""A scrape target whose metrics are the text of a file, and a receiver of webhooks.

exporter.py PORT METRICS-FILE WEBHOOK-DIRECTORY: GET /metrics answers the file; POST /hook writes the body to a file
of its own there. Ends with its parent's wish (a signal) or after 300 s.
"""
import http.server
import pathlib
import signal
import sys

PORT, METRICS, HOOKS = int(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])


class Handler(http.server.BaseHTTPRequestHandler):
    count = 0

    def do_GET(self):
        body = METRICS.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Handler.count += 1
        new = HOOKS / f".{Handler.count}"
        new.write_bytes(body)
        new.rename(HOOKS / f"{Handler.count}.json")
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


signal.alarm(300)
http.server.HTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
