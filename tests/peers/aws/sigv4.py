# SPDX-License-Identifier: Apache-2.0
"""Signature Version 4 as the documentation has it, over the raw bytes of a request: the judge of our signer."""
import hashlib
import hmac
import re

UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?"
    r"SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def encode(data, keep=b""):
    return "".join(chr(c) if c in UNRESERVED or c in keep else "%%%02X" % c for c in data)


def decode(data):
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), data)


def normalized(path):
    parts = []
    for part in path.split(b"/"):
        if part == b"..":
            parts[-1:] = []
        elif part not in (b"", b"."):
            parts.append(part)
    result = b"/" + b"/".join(parts)
    return result + b"/" if path.endswith(b"/") and result != b"/" else result


def canonical(method, target, headers, signed, payload, s3):
    """headers: name (lower case) -> value; s3 encodes a path once and leaves it as it is."""
    path, _, query = target.partition(b"?")
    path = encode(decode(path), b"/") if s3 else encode(normalized(path), b"/")
    pairs = sorted((encode(decode(k)), encode(decode(v))) for k, _, v in
                   (pair.partition(b"=") for pair in query.split(b"&") if pair))
    lines = [method, path or "/", "&".join(f"{k}={v}" for k, v in pairs)]
    lines += [f"{name}:{' '.join(headers.get(name, '').split())}" for name in signed]
    return "\n".join(lines + ["", ";".join(signed), payload])


def signature(secret, time, region, service, request):
    scope = f"{time[:8]}/{region}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", time, scope, sha256(request.encode())])
    key = ("AWS4" + secret).encode()
    for part in (time[:8], region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
