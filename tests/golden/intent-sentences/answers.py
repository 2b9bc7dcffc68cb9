#!/usr/bin/env python3
"""Asks co-intent about labelled sentences, for a scorer: answers.py FILE.jsonl... >ANSWERS.jsonl

Sentences of one clock and zone go through one co-intent --batch; one with a line end in it, which a batch would part, goes
alone. An answer a line: {"id", "intent"} or {"id", "error"}. Exit status 1 if co-intent gives another number of answers.
"""
import collections
import json
import os
import subprocess
import sys


def ask(now, tz, items):
    env = {**os.environ, "TZ": tz}
    together = [i for i in items if "\n" not in i["text"] and i["text"].strip()]
    alone = [i for i in items if i not in together]
    run = subprocess.run(["co-intent", "--batch", "--compact", "--now", now], input="".join(i["text"] + "\n" for i in together),
                         env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", check=False)
    lines = run.stdout.split("\n")[:-1] if together else []
    if len(lines) != len(together):
        sys.exit(f"{len(lines)} answers to {len(together)} sentences, exit status {run.returncode}")
    yield from zip(together, lines)
    for item in alone:
        run = subprocess.run(["co-intent", "--compact", "--now", now], input=item["text"], env=env, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, encoding="utf-8", check=False)
        yield item, run.stdout


def main(paths):
    groups = collections.defaultdict(list)
    for path in paths:
        with open(path, encoding="utf-8") as f:
            for line in f:
                item = json.loads(line)
                groups[item["now"], item["tz"]].append(item)
    for (now, tz), items in groups.items():
        for item, answer in ask(now, tz, items):
            document = json.loads(answer)
            print(json.dumps({"id": item["id"], **{k: document[k] for k in ("intent", "error") if k in document}}))


if __name__ == "__main__":
    main(sys.argv[1:])
