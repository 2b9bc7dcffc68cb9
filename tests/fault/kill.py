#!/usr/bin/env python3
"""Kills a filter at random points, many times, and holds its audit log against what it acknowledged.

    kill.py KILLS DIRECTORY DOCUMENT COMMAND...

DOCUMENT is a file with one run document; each copy fed to COMMAND gets an id of its own. Kills fall within SPAN seconds (default
0.01, and at least twice what a run takes) of the start; SEED (default 1) decides where. A document counts as
acknowledged when it came out of COMMAND as a whole line without "error". Afterwards: every line of the log is chained
by this program's own reckoning; every acknowledged run is in the log, and none more often than it may be; no run is there
that was not sent. Prints a line of figures, and exits 1 naming what is wrong.
"""
import collections
import fcntl
import hashlib
import json
import os
import pathlib
import random
import select
import signal
import subprocess
import sys
import time

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
F_SETPIPE_SZ, PIPE = 1031, 1 << 20
AHEAD = 4  # documents under way at once
# Types of which a run has at most one record.
ONCE = {"run", "exec.start", "exec.end"}
# What must be there, as well, for a run whose last word got out.
PAIRS = {"exec.end": "exec.start"}


def ulid(mark, n):
    """A run id whose second character is mark, so that several of these programs can share a log."""
    text = ""
    for _ in range(24):
        n, digit = divmod(n, 32)
        text = ALPHABET[digit] + text
    return "0" + mark + text


def one_kill(command, make, deadline):
    """Runs command until deadline seconds have passed, feeding it; (ids sent, ids acknowledged, ended by itself)."""
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, close_fds=False)
    for end in (child.stdin, child.stdout):
        fcntl.fcntl(end.fileno(), F_SETPIPE_SZ, PIPE)
    os.set_blocking(child.stdin.fileno(), False)
    sent, out, end = [], b"", time.monotonic() + deadline
    while (left := end - time.monotonic()) > 0:
        want = [child.stdin] if len(sent) - out.count(b"\n") < AHEAD else []
        readable, writable, _ = select.select([child.stdout], want, [], left)
        if readable:
            data = os.read(child.stdout.fileno(), 1 << 20)
            out += data
            if not data:
                break
        if writable:
            run, text = make()
            sent.append(run)
            try:
                os.write(child.stdin.fileno(), text)
            except (BrokenPipeError, BlockingIOError):
                break
    child.send_signal(signal.SIGKILL)
    out += child.stdout.read()
    said = child.stderr.read()
    child.stdin.close()
    code = child.wait()
    done = [json.loads(line) for line in out.split(b"\n")[:-1]]
    return sent, [d["id"] for d in done if "error" not in d], code != -signal.SIGKILL, said


def time_to_first(command, text):
    """Seconds from the start to the first document out, on this machine as it is now."""
    began = time.monotonic()
    subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True)
    return time.monotonic() - began


def read_log(directory):
    """Every record, in order; raises ValueError where the chain breaks."""
    prev, records = hashlib.sha256(b"").hexdigest(), []
    for day in sorted(directory.glob("????-??-??.jsonl")):
        data = day.read_bytes()
        for line in data.split(b"\n")[:-1]:
            record = json.loads(line)
            if record["seq"] != len(records) + 1 or record["prev"] != "sha256:" + prev:
                raise ValueError(f"{day.name}: the chain breaks at record {record['seq']}")
            prev = hashlib.sha256(b"\0" + line).hexdigest()
            records.append(record)
    return records


def judge(records, sent, acknowledged):
    """What is wrong with a log, as a list of sentences."""
    by_run = collections.defaultdict(collections.Counter)
    for record in records:
        by_run[record["run"]][record["type"]] += 1
    wrong = [f"run {run} was acknowledged, but is not in the log" for run in acknowledged if run not in by_run]
    wrong += [f"run {run} is in the log, but was never sent" for run in by_run if run not in sent]
    for run, types in by_run.items():
        wrong += [f"run {run} has {n} records of type {kind}" for kind, n in types.items() if kind in ONCE and n > 1]
        wrong += [f"run {run} has {a} without {b}" for a, b in PAIRS.items() if a in types and b not in types]
        if types["step.result"] > types["step.intent"]:
            wrong.append(f"run {run} has more results than intents")
        if run in acknowledged and types["step.result"] != types["step.intent"]:
            wrong.append(f"run {run} was acknowledged with a step in doubt")
    return wrong


def main():
    kills, directory, command = int(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[4:]
    document = json.loads(pathlib.Path(sys.argv[3]).read_text(encoding="utf-8"))
    seed, span = int(os.environ.get("SEED", "1")), float(os.environ.get("SPAN", "0.01"))
    chance, mark, counter = random.Random(seed), ALPHABET[seed % 32], iter(range(1, 1 << 40))

    def make():
        run = ulid(mark, next(counter))
        return run, json.dumps({**document, "id": run}, separators=(",", ":")).encode() + b"\n"

    sent, acknowledged, ended = set(), set(), 0
    for _ in range(3):
        run, text = make()
        span = max(span, 2 * time_to_first(command, text))
        sent.add(run)
        acknowledged.add(run)
    for _ in range(kills):
        s, a, by_itself, said = one_kill(command, make, chance.random() * span)
        sent.update(s)
        acknowledged.update(a)
        ended += by_itself
        if by_itself or said:
            print(f"# ended by itself, or complained: {said.decode(errors='replace').strip()}")
    records = read_log(directory)
    ours = [r for r in records if r["type"] != "repair" and r["run"][1] == mark]
    wrong = judge(ours, sent, acknowledged)
    logged = {r["run"] for r in ours}
    print(f"{kills} kills, {len(sent)} documents sent, {len(acknowledged)} acknowledged, {len(logged - acknowledged)} recorded but "
          f"not acknowledged, {len(records) - len(ours)} repairs and others, {len(records)} records, {ended} ended early")
    for sentence in wrong[:20]:
        print(f"# {sentence}")
    if len(acknowledged) < kills // 20:
        print(f"# too few acknowledged to prove anything: {len(acknowledged)}")
        return 1
    return 1 if wrong or ended else 0


if __name__ == "__main__":
    sys.exit(main())
