#!/usr/bin/env python3
"""Every verb of scaling with every way to say how far: "to" is the number to be reached, "by" a step, "up" more, "down" less.

Exit status 1 if one is understood as something else, or fewer than four fifths are understood.
"""
import json
import subprocess
import sys

VERBS = """scale reduce increase decrease lower raise bump cut trim shrink grow bring dial ramp set put downscale upscale resize expand
adjust""".split()
TO = ["{} web-shop to 6", "{} web-shop down to 6", "{} web-shop up to 6", "{} web-shop back to 6 replicas", "{} web-shop to 6 pods",
      "{} the replicas of web-shop to 6", "{} the number of replicas of web-shop down to six", "please {} web-shop from 8 to 6 replicas"]
LESS = ["{} web-shop down by 2", "{} web-shop down by 2 pods"]
MORE = ["{} web-shop up by 2", "{} web-shop up by two replicas"]


def main():
    asked = [(form.format(verb), wanted) for verb in VERBS for forms, wanted in ((TO, 6), (LESS, "-2"), (MORE, "+2")) for form in forms]
    run = subprocess.run(["co-intent", "--batch", "--compact"], input="".join(text + "\n" for text, _ in asked), stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, encoding="utf-8", check=False)
    wrong = understood = 0
    for (text, wanted), line in zip(asked, run.stdout.splitlines(), strict=True):
        intent = json.loads(line).get("intent")
        if not intent or intent["verb"] != "remediate":
            continue
        understood += 1
        if (intent["action"], intent["parameters"]) != ("scale", {"replicas": wanted}):
            wrong += 1
            print(f"'{text}': {intent['action']} {intent['parameters']}")
    print(f"{understood} of {len(asked)} understood, {wrong} wrong")
    return wrong > 0 or understood * 5 < len(asked) * 4


if __name__ == "__main__":
    sys.exit(main())
