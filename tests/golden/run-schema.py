# SPDX-License-Identifier: Apache-2.0
"""The C decoder and an independent validator judge the same run documents alike.

    run-schema.py JUDGE SCHEMA CASES

From the field tables a document is made that has every field, and from that, for
every field, documents that lack it, hold a value of each wrong kind, a value just
inside and outside its range, and a key too many. CASES is a folder of documents
written by hand: good-*.json, and bad-*.json with the JSON path that must be named.
"""
import copy
import glob
import json
import os
import subprocess
import sys
import tempfile

import jsonschema

KINDS = [None, True, 0, 1, 2**53, 1.5, "", "x", [], ["x"], [""], [1], [{}], {}, {"x": {}}, {"x": [0.5]},
         "2026-02-28T23:59:59Z"]
TIMES = ["2026-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2000-02-29T00:00:00Z",
         "2026-04-31T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T06:18:59Z\n", "2026-11-23T06:18:59.0Z",
         "2026-11-23t06:18:59z"]
IDS = ["01JDBV4K6T5R9M3ZC8Q0W2XNYH", "81JDBV4K6T5R9M3ZC8Q0W2XNYH", "01JDBV4K6T5R9M3ZC8Q0W2XNYI",
       "01jdbv4k6t5r9m3zc8q0w2xnyh", "01JDBV4K6T5R9M3ZC8Q0W2XNYH\n", "run/1", "run/2"]


def sample(field):
    kind = field["type"]
    if kind in ("object", "list", "map"):
        inner = document(field["shape"])
        return {"object": inner, "list": [inner], "map": {"name": inner}}[kind]
    if kind == "enum":
        return field["names"][0]
    return {"str": "text", "strs": ["one", "two"], "int": field.get("max"), "bool": True,
            "time": "2026-11-23T06:18:59Z", "json": {"any": ["thing", 1, None]}}[kind]


def document(shape):
    return {key: sample(field) for key, field in shape["fields"].items()}


def places(shape, path=()):
    """Every field with the path to its object."""
    for key, field in shape["fields"].items():
        yield path, key, field
        if "shape" in field:
            step = {"object": (), "list": (0,), "map": ("name",)}[field["type"]]
            yield from places(field["shape"], path + (key,) + step)


def at(doc, path):
    for step in path:
        doc = doc[step]
    return doc


def mutants(full, shapes):
    yield "everything", full
    for path, key, field in places(shapes):
        where = "/".join(map(str, path + (key,)))
        alone = {name: full[name] for name in ("co", "id", (path + (key,))[0])}  # a section at a time
        doc = copy.deepcopy(alone)
        del at(doc, path)[key]
        yield "without " + where, doc
        values = KINDS + field.get("names", []) + (TIMES if field["type"] == "time" else []) + (IDS if not path else [])
        if field["type"] == "int":
            values = values + [field["min"], field["min"] - 1, field["max"], field["max"] + 1]
        for value in values:
            doc = copy.deepcopy(alone)
            at(doc, path)[key] = value
            yield "%s = %s" % (where, json.dumps(value)), doc
        doc = copy.deepcopy(alone)
        at(doc, path)[key + "x"] = at(doc, path)[key]
        yield "too many at " + where, doc
    for wrong in KINDS:
        yield "a document that is " + json.dumps(wrong), wrong


def judged(judge, texts):
    """[(taken, message)] of many documents, from as few processes as fit."""
    results = []
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, text in enumerate(texts):
            paths.append(os.path.join(folder, str(number)))
            with open(paths[-1], "w", encoding="utf-8") as f:
                f.write(text)
        for start in range(0, len(paths), 1000):
            out = subprocess.run([judge, "run"] + paths[start:start + 1000], capture_output=True, check=True)
            lines = out.stdout.decode().split("\n")[:-1]
            results += [(line.startswith("ok\t"), line) for line in lines]
    if len(results) != len(texts):
        sys.exit("%d verdicts on %d documents" % (len(results), len(texts)))
    return results


def main():
    judge, schema_path, cases = sys.argv[1:]
    with open(schema_path, encoding="utf-8") as f:
        schema = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    shapes = json.loads(subprocess.run([judge, "shapes"], capture_output=True, check=True).stdout)
    full = document(shapes)
    full.update(co="run/1", id="01JDBV4K6T5R9M3ZC8Q0W2XNYH")
    docs = list(mutants(full, shapes))
    seen = {True: 0, False: 0}
    failures = 0
    for (name, doc), (taken, line) in zip(docs, judged(judge, [json.dumps(doc) for _, doc in docs])):
        seen[taken] += 1
        if validator.is_valid(doc) != taken:
            failures += 1
            print("%s: the schema says %s, the decoder %s" % (name, not taken, line[:200]))
    paths = sorted(glob.glob(os.path.join(cases, "*.json")))
    written = []
    for path in paths:
        with open(path, encoding="utf-8") as f:
            written.append(json.load(f))
    texts = [json.dumps(case["document"] if "document" in case else case) for case in written]
    for path, case, text, (taken, line) in zip(paths, written, texts, judged(judge, texts)):
        name = os.path.basename(path)
        good = name.startswith("good")
        if taken != good or validator.is_valid(json.loads(text)) != good:
            failures += 1
            print("%s: %s" % (name, line))
        elif not good and not line.split("\t")[2].split("; ")[0].endswith("(at %s)" % case["path"]):
            failures += 1
            print("%s: the path is not named: %s" % (name, line))
    print("%d documents taken, %d refused, %d cases by hand" % (seen[True], seen[False], len(paths)))
    if failures or not seen[True] or not seen[False] or not paths:
        sys.exit(1)


main()
