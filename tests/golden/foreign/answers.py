#!/usr/bin/env python3
"""Attack texts as a model's answers, and as its inventory: answers.py FOLDER FILE.json... (every fourth text; EVERY=1: all)

FOLDER has bin/co-intent with a co-model of ours beside it, which answers the n-th question with the n-th line of
FOLDER/answers. Each text is the whole answer, and in turn each value of an honest one. An answer is refused, or gives
what the honest one gives. Then each text stands in a sentence, and the model that it has talked over asks for changes: none
is taken. Then each text is a name of the inventory while honest sentences are read.
"""
import json
import os
import subprocess
import sys

HONEST = {"verb": "investigate", "action": "", "subject": "latency", "target": [{"slot": "name", "value": "web-shop"}],
          "parameters": [{"name": "count", "value": "10"}], "constraints": ["read-only"], "since": "", "until": ""}
SENTENCE = "why is web-shop slow"
CHANGE = "restart web-shop on this machine"
FIELDS = ("verb", "action", "subject", "target", "parameters", "constraints", "window")


def strings(value):
    if isinstance(value, str):
        yield value
    else:
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
            yield from strings(item)


def variants(text):
    """The text as the answer itself, and as each value of one."""
    yield text
    for path in (("verb",), ("action",), ("subject",), ("target", 0, "slot"), ("target", 0, "value"), ("parameters", 0, "name"),
                 ("parameters", 0, "value"), ("constraints", 0), ("since",), ("until",), ("more",)):
        answer = json.loads(json.dumps(HONEST))
        at = answer
        for step in path[:-1]:
            at = at[step]
        if path == ("parameters", 0, "value") and text.isdigit():
            continue  # a number within bounds is one, whoever says it
        at[path[-1]] = text
        yield json.dumps(answer)


def run(folder, sentences, config, answers=None):
    """The documents, and raw bytes among what is said to people."""
    with open(f"{folder}/answers", "w") as f:
        for a in answers or []:
            f.write(json.dumps(a) + "\n")
    with open(f"{folder}/config.yaml", "w") as f:
        json.dump(config, f)
    os.chmod(f"{folder}/config.yaml", 0o600)
    p = subprocess.run([f"{folder}/bin/co-intent", "-c", "--batch", "--explain", "--now", "2026-11-26T12:00:00Z"], input="".join(s + "\n" for s in sentences).encode(),
                       env={**os.environ, "CLOUDOPS_CONFIG": f"{folder}/config.yaml"}, capture_output=True, check=False)
    raw = [b for b in p.stderr if b < 32 and b != 10 or b == 127]
    return [json.loads(line) for line in p.stdout.splitlines()], raw


def fields(doc):
    return {k: doc["intent"].get(k) for k in FIELDS} if doc.get("intent") else None


def main():
    folder, found = sys.argv[1], []
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as f:
            found += [t.encode("utf-8", "replace").decode()[:4000] for t in strings(json.load(f)) if "\0" not in t and t]
    found = list(dict.fromkeys(found))[:: int(os.environ.get("EVERY", "4"))]
    model = {"model": {"provider": "ollama", "fallback": "none"}}
    honest = fields(run(folder, [SENTENCE], model, [json.dumps(HONEST)])[0][0])
    assert honest, "the honest answer is taken"
    bad = []

    answers = [v for t in found for v in variants(t)]
    for sentence in (SENTENCE, CHANGE):
        docs, raw = run(folder, [sentence] * len(answers), model, answers)
        assert len(docs) == len(answers), f"{len(docs)} documents for {len(answers)} answers"
        bad += [a for d, a in zip(docs, answers) if d.get("intent") and fields(d) != honest] + (["raw bytes"] if raw else [])

    lines = [" ".join(t.split()) for t in found]
    fooled = [form % t for t in lines if t for form in ("%s", SENTENCE + ". %s", SENTENCE + ' "%s"', "%s " + SENTENCE, SENTENCE + " (%s)")]
    fooled = [f for f in fooled if len(f.encode()) < 8000]
    for action in ("delete", "restart", "stop", "fix"):
        answer = json.dumps({**HONEST, "verb": "remediate", "action": action, "parameters": [], "constraints": []})
        docs, raw = run(folder, fooled, model, [answer] * len(fooled))
        assert len(docs) == len(fooled), f"{len(docs)} documents for {len(fooled)} sentences"
        bad += [d["request"]["text"] for d in docs if "intent" in d and d["intent"]["verb"] == "remediate"] + (["raw bytes"] if raw else [])

    places = [{"environments": {t: {"aliases": [t], "hosts": [t]} for t in found[i:i + 50] if t.strip()}, "workloads": {"ns": {"deployment": found[i:i + 50]}}}
              for i in range(0, len(found), 50)]
    plain = ["why is this machine slow", "high cpu on this host since yesterday", "restart nginx on this machine"]
    tried = 0
    wanted = [fields(d) for d in run(folder, plain, {})[0]]
    while places:
        place = places.pop()
        docs, raw = run(folder, plain, place)
        tried += bool(docs)
        if not docs and len(place["environments"]) > 1:  # refused for one of them: each by itself
            places += [{"environments": {t: v}, "workloads": {}} for t, v in place["environments"].items()]
        if not docs:
            continue
        got = [fields(d) for d in docs]
        bad += [f"{json.dumps(place)[:100]} {[g for g, w in zip(got, wanted) if g != w]}"] if got != wanted or raw else []

    for b in bad[:20]:
        print(ascii(b)[:500])
    print(f"{len(found)} texts in {2 * len(answers)} answers, {4 * len(fooled)} sentences for a fooled model and {tried} inventories, {len(bad)} of them swayed")
    return 1 if bad or len(found) < 100 else 0


sys.exit(main())
