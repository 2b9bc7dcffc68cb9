# SPDX-License-Identifier: Apache-2.0
"""faulty.py PORT-FILE: a server that fails, in the way that the first part of the path names.

/MODE/... ; the answers that are right are those of ec2 DescribeVpcs, of S3 ListObjectsV2 or of ecs ListClusters. /page3-MODE
has five pages, of which the third fails so. /count tells how many requests came since it was asked last. /keys hands out
credentials, another key each time; /keys-once only once.
"""
import json
import os
import socket
import socketserver
import sys
import threading
import time
from email.utils import formatdate

VPCS = (b'<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r-1</requestId><vpcSet><item>'
        b"<vpcId>vpc-1</vpcId></item></vpcSet></DescribeVpcsResponse>")
LIST = b'<ListBucketResult><Name>b</Name><Contents><Key>k</Key><Size>1</Size></Contents><IsTruncated>false</IsTruncated></ListBucketResult>'
VPC = ("<item><vpcId>vpc-0123456789abcdef0</vpcId><ownerId>123456789012</ownerId><state>available</state>"
       "<cidrBlock>10.0.0.0/16</cidrBlock><dhcpOptionsId>dopt-1</dhcpOptionsId><instanceTenancy>default</instanceTenancy>"
       "<isDefault>false</isDefault></item>")
HUGE = 10 * 1024 ** 3


def fault(code):
    return (f"<Response><Errors><Error><Code>{code}</Code><Message>as was asked for</Message></Error></Errors>"
            "<RequestID>r-2</RequestID></Response>").encode()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            while self.answer_one():
                pass
        except (ConnectionError, TimeoutError, ValueError):
            pass

    def answer_one(self):
        line = self.rfile.readline(65537).decode("latin1")
        if not line.strip():
            return False
        self.target, self.headers = line.split()[1], {}
        while True:
            header = self.rfile.readline(65537).decode("latin1").strip()
            if not header:
                break
            name, _, value = header.partition(":")
            self.headers[name.lower()] = value.strip()
        self.body = self.rfile.read(int(self.headers.get("content-length", 0))).decode("latin1")
        mode = self.target.split("?")[0].split("/")[1]
        with self.server.lock:
            if mode == "count":
                nth, self.server.seen, self.server.keys = self.server.seen, 0, 0
                self.send(str(nth).encode())
                return True
            if mode.startswith("keys"):
                self.give_keys(mode)
                return True
            self.server.seen += 1
            nth = self.server.seen
        if mode.startswith("page3-"):
            mode = mode[6:]
            if self.page() != 2:
                self.send_page(self.page())
                return True
        return getattr(self, "mode_" + mode.replace("-", "_"))(nth) is not False

    def page(self):
        """Of five, from 0: what the request's token says."""
        if self.body.startswith("{"):
            return int(json.loads(self.body).get("nextToken", 0))
        return int(self.body.partition("NextToken=")[2].partition("&")[0] or 0)

    def send_page(self, page):
        if self.body.startswith("{"):
            more = {"nextToken": str(page + 1)} if page < 4 else {}
            self.send(json.dumps({"clusterArns": [f"c-{page}"], **more}).encode(), kind="application/x-amz-json-1.1")
            return
        more = f"<nextToken>{page + 1}</nextToken>" if page < 4 else ""
        self.send(f"<DescribeVpcsResponse><vpcSet><item><vpcId>vpc-{page}</vpcId></item></vpcSet>{more}</DescribeVpcsResponse>".encode())

    def give_keys(self, mode):
        self.server.keys += 1
        if mode == "keys-once" and self.server.keys > 1:
            self.send(b"no", "404 Not Found")
            return
        self.send(json.dumps({"AccessKeyId": f"AKID{self.server.keys}", "SecretAccessKey": "secret-of-a-test", "Token": "t",
                              "Expiration": "2099-01-01T00:00:00Z"}).encode(), kind="application/json")

    def mode_expired(self, _):
        """The first key is; later ones are not."""
        if "Credential=AKID1/" in self.headers.get("authorization", ""):
            return self.send(fault("ExpiredToken"), "400 Bad")
        self.send_page(self.page())

    def mode_skewed(self, _):
        """A clock that is two hours ahead."""
        there = time.time() + 7200
        if self.headers.get("x-amz-date", "") > time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(there - 300)):
            return self.send_page(self.page())
        self.send(fault("RequestExpired"), "400 Bad", more=f"Date: {formatdate(there, usegmt=True)}\r\n")

    def mode_malformed_json(self, _):
        self.send(b'{"clusterArns": ["c-2"', kind="application/x-amz-json-1.1")

    def mode_xml(self, _):
        self.send(VPCS, kind="text/xml")

    def send(self, body, status="200 OK", kind="text/xml", more=""):
        self.wfile.write(f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body)

    def mode_good(self, _):
        self.send(VPCS)

    def mode_throttle(self, _):
        self.send(fault("RequestLimitExceeded"), "503 Slow")

    def mode_throttle_twice(self, nth):
        self.send(VPCS) if nth > 2 else self.send(fault("RequestLimitExceeded"), "503 Slow")

    def mode_error500(self, _):
        self.send(fault("InternalError"), "500 Oops")

    def mode_error500_once(self, nth):
        self.send(VPCS) if nth > 1 else self.send(b"", "500 Oops")

    def mode_refuse(self, _):
        self.send(fault("InvalidParameterValue"), "400 Bad")

    def mode_silent(self, _):
        time.sleep(60)
        return False

    def mode_drip(self, _):
        self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(VPCS)}\r\n\r\n".encode())
        for byte in VPCS:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(0.5)

    def mode_drip_head(self, _):
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1000:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(0.5)
        return False

    def mode_truncated(self, _):
        self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(VPCS)}\r\n\r\n".encode() + VPCS[:100])
        return False

    def mode_malformed(self, _):
        self.send(VPCS[:100])

    def mode_json(self, _):
        self.send(b'{"Vpcs": []}', kind="application/json")

    def mode_html(self, _):
        self.send(b"<html><body>Please log in<br></body></html>", kind="text/html")

    def mode_binary(self, _):
        self.send(bytes(range(256)) * 16, kind="application/octet-stream")

    def mode_empty(self, _):
        self.send(b"")

    def mode_reset(self, _):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        return False

    def mode_nothttp(self, _):
        self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        return False

    def mode_redirect(self, _):
        self.send(b"", "302 Found", more="Location: http://127.0.0.1:1/stolen\r\n")

    def mode_deep(self, _):
        self.send(b"<a>" * 200000)

    def mode_headers(self, _):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-More: yes\r\n" * 200000 + b"\r\n")
        return False

    def mode_huge(self, _):
        piece = b"<item><vpcId>vpc-2</vpcId></item>" * 32768
        self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {HUGE}\r\n\r\n<DescribeVpcsResponse><vpcSet>".encode())
        for _ in range(HUGE // len(piece)):
            self.wfile.write(piece)
        return False

    def mode_endless_pages(self, nth):
        self.send(b"<DescribeVpcsResponse><vpcSet><item><vpcId>v</vpcId></item></vpcSet><nextToken>same</nextToken>"
                  b"</DescribeVpcsResponse>")

    def mode_pages(self, _):
        """125 pages of 20 VPCs."""
        page = int(self.body.partition("NextToken=")[2].partition("&")[0] or 0)
        more = f"<nextToken>{page + 1}</nextToken>" if page < 124 else ""
        self.send(f"<DescribeVpcsResponse><vpcSet>{VPC * 20}</vpcSet>{more}</DescribeVpcsResponse>".encode())

    def mode_second_page_fails(self, nth):
        if nth == 1:
            return self.mode_endless_pages(nth)
        self.send(fault("InternalError"), "500 Oops")

    def mode_bucket(self, _):
        """S3: only who signs for eu-north-1 gets in."""
        if "/eu-north-1/s3/" in self.headers.get("authorization", ""):
            return self.send(LIST)
        self.send(b"<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>", "301 Moved",
                  more="x-amz-bucket-region: eu-north-1\r\n")

    def mode_bucket_malformed(self, _):
        if "/eu-north-1/s3/" in self.headers.get("authorization", ""):
            return self.send(LIST)
        self.send(b"<Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong</Message><Region>eu-north-1</Region></Error>",
                  "400 Bad")

    def mode_bucket_nowhere(self, nth):
        self.send(b"<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>", "301 Moved",
                  more=f"x-amz-bucket-region: eu-north-{nth % 7}\r\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    seen = 0
    keys = 0


server = Server(("127.0.0.1", 0), Handler)
server.lock = threading.Lock()
with open(sys.argv[1] + ".new", "w") as f:
    f.write(f"{server.server_address[1]}\n")
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
