#!/usr/bin/env python3
"""Every labelled change with a comment on another thing beside it: it stays what it is, or is refused.

beside.py FILE.jsonl...; exit status 1 if more than one in fifty of those that are understood became another.
"""
import json
import subprocess
import sys

BEHIND = [", smtp-relay is fine", ", prod-us is fine", ", it is like chat-hub", ", bigmem-us-1 is full", ", we did the same with chat-hub", ", it has 7 now",
          ", there are 7 tickets", ", it has 2Gi", ", v2.3.1 was bad", ", see 10.1.2.3", " (see CHG-1234)", " (chat-hub is fine)", " (7 pods hang)",
          ", namespace media is fine", ", since chat-hub fails", ", because bigmem-us-1 is full", ", in Oregon all is well"]
BEFORE = ["smtp-relay is fine, ", "prod-us is fine, ", "chat-hub is broken and ", "bigmem-us-1 is full, so ", "We have 7 tickets, ", "It had 7 before. ",
          "i-0123456789abcdef0 is down. ", "v2.3.1 was bad, ", "As on prod-us, ", "Like chat-hub, ", "Frankfurt is down, "]


def changes(paths):
    for path in paths:
        with open(path, encoding="utf-8") as f:
            for item in map(json.loads, f):
                expect, text = item["expect"], item["text"].rstrip(" .!")
                if (expect.get("verb") == "remediate" and "fix" not in expect["action"] and "hostile" not in item["tags"] and "\n" not in text and
                        not text.endswith("?")):
                    yield text


def ask(texts):
    run = subprocess.run(["co-intent", "--batch", "--compact", "--now", "2026-11-02T13:00:00Z"], input="".join(text + "\n" for text in texts),
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", check=False)
    intents = [json.loads(line).get("intent") for line in run.stdout.splitlines()]
    return [i if i and i["verb"] == "remediate" else None for i in intents]


def essence(intent):
    target = {slot: value for slot, value in intent["target"].items() if slot not in ("provider", "kind")}
    return intent["action"], target, intent["parameters"], intent["constraints"]


def main(paths):
    plain = list(changes(paths))
    asked = [(text + words, intent) for text, intent in zip(plain, ask(plain), strict=True) if intent for words in BEHIND]
    asked += [(words + text[0].lower() + text[1:], intent) for text, intent in zip(plain, ask(plain), strict=True) if intent for words in BEFORE]
    answers = [(text, intent, wanted) for (text, wanted), intent in zip(asked, ask([text for text, _ in asked]), strict=True) if intent]
    changed = [text for text, intent, wanted in answers if essence(intent) != essence(wanted)]
    print(f"{len(asked)} sentences, {len(answers)} understood, {len(changed)} of them as another change")
    return not answers or len(changed) * 50 > len(answers)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
