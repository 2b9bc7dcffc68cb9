#!/usr/bin/env python3
"""Every way to say a value with every verb that sets one: memory, cpu, a disk, an instance, a retention, an image, a port.

A value that is not understood is refused, never taken for another. Exit status 1 if one is, or fewer than three quarters are understood.
"""
import itertools
import json
import subprocess
import sys

SET = "set change raise lower bump increase reduce adjust cut bring put".split()
FORMS = {
    ("set-resources", (("memory", "2Gi"),)): (
        "{} the memory limit of web-shop to 2Gi", "{} the memory limit of web-shop from 1Gi to 2Gi", "{} web-shop's memory to 2Gi",
        "{} the memory of web-shop to 2Gi instead of 1Gi", "{} memory of web-shop to 2Gi on prod-eu", "please {} the memory request for web-shop to 2Gi"),
    ("set-resources", (("cpu", "500m"),)): (
        "{} the cpu limit of web-shop to 500m", "{} the cpu request of web-shop from 1 to 500m", "{} web-shop's cpu to 500m",
        "{} cpu of web-shop to 500m instead of a whole core", "please {} the cpu request for web-shop to 500m"),
    ("resize", (("size", "200Gi"),)): (
        "{} pvc data-0 to 200Gi", "{} the size of pvc data-0 to 200Gi", "{} pvc data-0 from 100Gi to 200Gi", "{} volume vol-0c1b2a3f4e5d69788 to 200Gi",
        "{} the disk of vm bench-1 to 200Gi"),
    ("resize", (("size", "m6i.large"),)): (
        "{} i-0a9b8c7d6e5f40312 to m6i.large", "{} the instance type of i-0a9b8c7d6e5f40312 to m6i.large", "{} i-0a9b8c7d6e5f40312 from t3.large to m6i.large"),
    ("set-retention", (("retention", "14d"),)): (
        "{} the retention of log group /ecs/cart to 14 days", "{} retention of /ecs/cart to two weeks", "{} the retention of log group /ecs/cart from 90 to 14 days",
        "{} the backup retention of rds orders-pg to 14 days"),
    ("set-image", (("image", "1.4.2"),)): ("{} the image of web-shop to 1.4.2", "{} web-shop to version 1.4.2", "{} web-shop's image to 1.4.2"),
    ("modify", ()): ("{} LOG_LEVEL of web-shop to 7", "{} MAX_RETRIES of web-shop to 7", "{} POOL_SIZE for web-shop to 20"),
}
OTHER = {
    ("set-resources", (("memory", "2Gi"),)): ("give web-shop 2Gi of memory", "web-shop: memory limit 2Gi", "web-shop needs 2Gi of memory", "cap the memory of web-shop at 2Gi",
                                              "let web-shop have 2Gi of memory", "web-shop should get 2Gi of memory, it has 1Gi", "memory limit of web-shop should be 2Gi, set it"),
    ("set-resources", (("cpu", "2"), ("memory", "4Gi"))): ("web-shop: cpu limit 2, mem limit 4Gi", "give web-shop 2 cpus and 4Gi of memory", "set cpu=2 and memory=4Gi for web-shop",
                                                           "set the cpu limit of web-shop to 2 and its memory limit to 4Gi"),
    ("resize", (("size", "+20Gi"),)): ("grow pvc data-0 by 20Gi", "give pvc data-0 another 20Gi", "extend pvc data-0 by 20Gi", "increase pvc data-0 by 20Gi"),
    ("set-retention", (("retention", "30d"),)): ("keep the logs of /ecs/cart for 30 days", "log group /ecs/cart: keep 30 days only", "/ecs/cart should keep 30 days, not 90"),
    ("switch-traffic", (("percent", 20),)): ("send 20% of web-shop traffic to web-shop-canary", "move 20 percent of web-shop traffic to web-shop-canary",
                                             "20% of web-shop traffic over to web-shop-canary"),
    ("restrict", (("cidr", "10.8.0.0/16"), ("port", 22))): ("limit ssh on sg-0b1a2c3d4e5f60789 to 10.8.0.0/16", "sg-0b1a2c3d4e5f60789: ssh only from 10.8.0.0/16",
                                                            "restrict port 22 on sg-0b1a2c3d4e5f60789 to 10.8.0.0/16", "lock ssh on sg-0b1a2c3d4e5f60789 down to 10.8.0.0/16"),
}


# Of these no number of replicas is one; nothing is understood.
NONE = ["{} the log level of web-shop to 7", "{} the image of web-shop to 7", "{} the version of web-shop to 7", "{} the quota of web-shop to 7",
        "{} the connections of web-shop to 70"]


def sentences():
    for wanted, forms in FORMS.items():
        for form, verb in itertools.product(forms, SET):
            yield form.format(verb), wanted
    for wanted, texts in OTHER.items():
        for text in texts:
            yield text, wanted
    for form, verb in itertools.product(NONE, SET):
        yield form.format(verb), (None, ())


def main():
    asked = list(sentences())
    run = subprocess.run(["co-intent", "--batch", "--compact"], input="".join(text + "\n" for text, _ in asked), stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, encoding="utf-8", check=False)
    wrong = understood = 0
    for (text, (action, parameters)), line in zip(asked, run.stdout.splitlines(), strict=True):
        intent = json.loads(line).get("intent")
        if not intent or intent["verb"] != "remediate":
            continue
        understood += 1
        if (intent["action"], intent["parameters"]) != (action, dict(parameters)):
            wrong += 1
            print(f"'{text}': {intent['action']} {intent['parameters']}")
    meant = sum(action is not None for _, (action, _) in asked)
    print(f"{understood} of {meant} understood, {wrong} wrong")
    return wrong > 0 or understood * 4 < meant * 3


if __name__ == "__main__":
    sys.exit(main())
