# SPDX-License-Identifier: Apache-2.0
"""Runs yaml-test-suite through the YAML reader.

    yaml-suite.py JUDGE SUITE      prints "ID OUTCOME" for every case

OUTCOME: accepted (with the JSON that the suite has, or the suite has none),
wrong (with other JSON), mistaken (the suite says it is an error), refused ID.
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

import yaml

# What the suite writes for characters that do not show.
MARKS = [("␣", " "), ("—*»", "\t"), ("↵", ""), ("∎\n", ""), ("←", "\r"), ("⇔", "\ufeff")]


def cases(suite):
    for path in sorted(glob.glob(os.path.join(suite, "src", "*.yaml"))):
        name = os.path.splitext(os.path.basename(path))[0]
        with open(path, encoding="utf-8") as f:
            variants = yaml.safe_load(f)
        merged = {}
        for number, variant in enumerate(variants):
            if "fail" not in variant and merged.get("fail"):
                merged.pop("fail")
            if "yaml" in variant and "json" not in variant:
                merged.pop("json", None)
            merged.update(variant)
            if merged.get("skip"):
                continue
            text = merged["yaml"]
            for mark, meaning in MARKS:
                text = re.sub(mark, meaning, text)
            case = "%s/%02d" % (name, number) if len(variants) > 1 else name
            yield case, text, merged.get("json"), bool(merged.get("fail"))


def same(a, b):
    """Equal as JSON: true is not 1."""
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


def outcome(line, wanted, must_fail):
    verdict, _, rest = line.partition("\t")
    if verdict == "refused":
        return "refused " + rest.split("\t")[1].split(": ", 1)[1]
    if must_fail:
        return "mistaken"
    try:
        expected = None if wanted is None else json.loads(wanted)
    except ValueError:
        return "wrong"  # several documents: must be refused
    if wanted is not None and not same(json.loads(rest), expected):
        return "wrong"
    return "accepted"


def main():
    judge, suite = sys.argv[1:]
    all_cases = list(cases(suite))
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, (_, text, _, _) in enumerate(all_cases):
            paths.append(os.path.join(folder, str(number)))
            with open(paths[-1], "w", encoding="utf-8", newline="") as f:
                f.write(text)
        out = subprocess.run([judge, "yaml"] + paths, capture_output=True, text=True, timeout=60, check=True)
        lines = out.stdout.split("\n")[:-1]
        if len(lines) != len(all_cases):
            sys.exit("%d lines for %d cases" % (len(lines), len(all_cases)))
        for (case, _, wanted, must_fail), line in zip(all_cases, lines):
            print(case, outcome(line, wanted, must_fail))


main()
