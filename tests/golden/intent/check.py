#!/usr/bin/env python3
"""Runs labelled sentences through co-intent --batch and compares: check.py FILE.jsonl LEAST-EXACT.

An item: {"text", "now", "tz", "expect": {verb, subject, action, target, window, parameters, constraints, optional}, "abstain"}.
A verb, subject or action of several values: any is right. Slots and parameters must be equal, but for "optional" ones.
Exit status 1 when fewer than LEAST-EXACT items are right, or any answer would change what was not asked.
"""
import json
import os
import subprocess
import sys


def as_list(value):
    return value if isinstance(value, list) else [value]


def slots_differ(name, want, optional, got):
    for slot in sorted(want.keys() | got.keys()):
        may = as_list(optional.get(slot, []))
        if slot not in want and all(v in may for v in as_list(got[slot])):
            continue
        if want.get(slot) != got.get(slot):
            yield f"{name}.{slot}: {got.get(slot)!r}, wanted {want.get(slot)!r}"


def differences(item, answer):
    if item["abstain"]:
        return [] if answer.get("error", {}).get("code") == "unclear" else ["understood, should be unclear"]
    intent = answer.get("intent")
    if intent is None:
        return ["not understood: " + answer["error"]["message"]]
    want, wrong = item["expect"], []
    for key in ("verb", "subject", "action"):
        if intent.get(key) not in (as_list(want[key]) if key in want else [None]):
            wrong.append(f"{key}: {intent.get(key)!r}, wanted {want.get(key)!r}")
    optional = want.get("optional", {})
    wrong += slots_differ("target", want["target"], optional.get("target", {}), intent["target"])
    wrong += slots_differ("parameters", want.get("parameters", {}), optional.get("parameters", {}), intent["parameters"])
    if "window" in want and intent.get("window") != want["window"]:
        wrong.append(f"window: {intent.get('window')}, wanted {want['window']}")
    if sorted(intent["constraints"]) != sorted(want.get("constraints", [])):
        wrong.append(f"constraints: {intent['constraints']}")
    return wrong


def is_change(answer):
    return answer.get("intent", {}).get("verb") == "remediate"


def main(path, least):
    with open(path, encoding="utf-8") as f:
        items = [json.loads(line) for line in f]
    now, tz = items[0]["now"], items[0]["tz"]
    assert all((i["now"], i["tz"]) == (now, tz) and "\n" not in i["text"] for i in items)
    run = subprocess.run(["co-intent", "--batch", "--compact", "--now", now], input="".join(i["text"] + "\n" for i in items),
                         env={**os.environ, "TZ": tz}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    if len(answers) != len(items):
        sys.exit(f"{len(answers)} answers to {len(items)} sentences, exit status {run.returncode}")
    right = harmful = 0
    for item, answer in zip(items, answers):
        wrong = differences(item, answer)
        right += not wrong
        harmful += bool(wrong) and is_change(answer)
        if wrong:
            print(f"{item['id']}{' HARMFUL' if is_change(answer) else ''} {item['text']!r}: {'; '.join(wrong)}")
    print(f"{right} of {len(items)} right, {harmful} harmful")
    return 1 if right < int(least) or harmful else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
