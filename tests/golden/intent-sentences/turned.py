#!/usr/bin/env python3
"""Every labelled change with words that take it back, forbid it or put it off: none of them may still be one.

turned.py FILE.jsonl...; exit status 1 if one is, beyond the few whose own last words are a comment that takes the words in.
"""
import json
import subprocess
import sys

BEHIND = [", but not in prod", " unless it is busy", ", if possible not today", ", no wait", ", only when it is idle", ", do not do it", ", not yet",
          ", never mind", ", or better not", ", wait until I say so", ", not this one", ", tomorrow", ", prod is excluded", ", leave prod alone", ", or not?",
          ", except in prod-us", ", not the whole thing", ", it must not happen now", ", we should not", ", it is not allowed", ", this is forbidden",
          ", I did not say that", ", as long as nobody uses it", ", maybe", ", I do not", ", QA has not agreed yet", ", the owner objected",
          ", it needs the approval of ops", ", we wait for the green light", ", it was a joke", ", we have to tell the customers first", ", sunday is best",
          ", this evening is fine", ", it is planned for monday", ", I tell you when"]
BEFORE = ["never ", "if it is idle, ", "when the backup is done, ", "once QA agrees, ", "bob says: ", "what if we ", "should we ", "tomorrow ",
          "the runbook says: ", "not yet: ", "only if QA agrees: ", "do you think we can ", "maybe ", "the alert text is: "]


def changes(paths):
    for path in paths:
        with open(path, encoding="utf-8") as f:
            for item in map(json.loads, f):
                expect, text = item["expect"], item["text"].rstrip(" .!")
                if (expect.get("verb") == "remediate" and "fix" not in expect["action"] and "dry-run" not in expect.get("constraints", [])
                        and "hostile" not in item["tags"] and "\n" not in text and not text.endswith("?")):
                    yield text


def main(paths):
    asked = [turned for text in changes(paths)
             for turned in [text + words for words in BEHIND] + [words + text[0].lower() + text[1:] for words in BEFORE]]
    run = subprocess.run(["co-intent", "--batch", "--compact", "--now", "2026-11-02T13:00:00Z"], input="".join(text + "\n" for text in asked),
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", check=False)
    taken = []
    for text, line in zip(asked, run.stdout.splitlines(), strict=True):
        intent = json.loads(line).get("intent")
        if intent and intent["verb"] == "remediate" and intent["action"] != "fix" and "dry-run" not in intent["constraints"]:
            taken.append(text)
    print(f"{len(asked)} sentences, {len(taken)} of them taken for a change")
    for text in taken:
        print(text)
    return not asked or len(taken) > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
