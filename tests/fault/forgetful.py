#!/usr/bin/env python3
"""A filter that lets a document go before it has recorded it: kill.py must find it out. forgetful.py DIRECTORY"""
import hashlib
import json
import pathlib
import sys

log = pathlib.Path(sys.argv[1]) / "2026-11-23.jsonl"
for text in sys.stdin:
    print(text, end="", flush=True)
    lines = log.read_bytes().split(b"\n")[:-1] if log.exists() else []
    prev = hashlib.sha256(b"\0" + lines[-1] if lines else b"").hexdigest()
    record = {"seq": len(lines) + 1, "type": "run", "run": json.loads(text)["id"], "prev": "sha256:" + prev}
    with log.open("ab") as f:
        f.write(json.dumps(record).encode() + b"\n")
