#!/usr/bin/env python3
"""Puts foreign text into the inventory: names.py FILE.json...

Every string of the files becomes a host, a node, a namespace, an alias and a workload of an inventory. Honest sentences
must be understood as they are with the same inventory without them, whatever the strings say; an inventory may be refused
as a whole, with nothing of it shown raw.
"""
import json
import os
import subprocess
import sys
import tempfile

from attacks import FIELDS, texts

SENTENCES = ["why is this machine slow", "restart web in shop", "is web in shop healthy on prod", "show the disk of db-1",
             "which pods are pending in shop", "scale deployment web to 3 in namespace shop", "logs of web since yesterday",
             "drain node-1", "why did it crash", "public buckets on aws", "restart the unit nginx on db-1", "alerts on prod"]


def inventory(foreign):
    return {"environments": {"prod": {
        "aliases": ["production"] + foreign, "hosts": ["db-1"] + foreign,
        "kubernetes": [{"context": "prod-1", "cluster": "one", "namespaces": ["shop"] + foreign, "nodes": ["node-1"] + foreign}]}},
        "workloads": {"shop": {"deployment": ["web"] + foreign}}}


def ask(config, folder):
    path = os.path.join(folder, "config.yaml")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(config, f)
    run = subprocess.run(["co-intent", "--batch", "--compact", "--now", "2026-11-24T08:30:00Z"], check=False,
                         input="".join(s + "\n" for s in SENTENCES).encode(), env={**os.environ, "CLOUDOPS_CONFIG": path},
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    raw = any(b < 0x20 and b != 0x0a or b == 0x7f for b in run.stderr)
    answers = [{k: d.get("intent", {}).get(k) for k in FIELDS} for d in map(json.loads, run.stdout.splitlines())]
    return run.returncode, answers, raw


def main(paths):
    found = list(dict.fromkeys(texts(paths)))
    bad, refused = [], 0
    with tempfile.TemporaryDirectory() as folder:
        _, honest, _ = ask(inventory([]), folder)
        for text in found:
            status, answers, raw = ask(inventory([text]), folder)
            refused += status == 3
            if raw or (answers != honest and not (status == 3 and not answers)):
                bad.append(text)
    for text in bad[:20]:
        print(ascii(text))
    print(f"{len(found)} texts as names, {refused} inventories refused, {len(bad)} sentences swayed")
    return 1 if bad or len(honest) != len(SENTENCES) or len(found) < 100 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
