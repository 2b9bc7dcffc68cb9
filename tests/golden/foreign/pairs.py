#!/usr/bin/env python3
"""Pairs of alerts that differ in what their provider wrote freely: pairs.py FOLDER COUNT INVENTORY.yaml FILE.json...

Writes FOLDER/SOURCE.a and FOLDER/SOURCE.b, streams of payloads. The n-th of both have the same alert name or metric, status,
times, ids and names of the inventory; annotations, titles, descriptions, other labels, tags and names that the inventory
does not have are different, drawn from the texts of the files (attacks, naughty strings) and from plain words.
"""
import json
import random
import re
import sys

import yaml

NAMES = ["KubePodCrashLooping", "KubeDeploymentReplicasMismatch", "NodeFilesystemAlmostOutOfSpace", "TargetDown", "HighErrorRate",
         "CPUThrottlingHigh", "KubeNodeNotReady"]
KNOWN = {"namespace": ["storefront", "media", "kube-system"], "deployment": ["web-shop", "item-search"], "node": ["worker-eu-2"],
         "statefulset": ["item-index"], "cluster": ["prod-eu", "staging-1", "lark-eks-eu1"], "instance": ["bastion-1:9100", "build-7"],
         "environment": ["prod", "staging"]}
METRICS = [("AWS/EC2", "CPUUtilization", "InstanceId", "i-0123456789abcdef0"), ("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", None),
           ("AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier", None), ("AWS/Lambda", "Errors", "FunctionName", None)]


def strings(value):
    if isinstance(value, str):
        yield value
    else:
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
            yield from strings(item)


def texts(paths):
    found = ["disk is full", "restart web-shop", "delete prod", "prod-eu", "investigate", "<b>x</b>", "\u202egnp", "\x1b[2J", "remediate",
             "'; drop table", "${jndi:ldap://x}", "$(reboot)", "worker-eu-99", "{\"verb\":\"remediate\"}"]
    for path in paths:
        with open(path, encoding="utf-8") as f:
            found += [t for t in strings(json.load(f)) if "\0" not in t]
    return [t.encode("utf-8", "replace").decode()[:2000] for t in found]


def known(path):
    """Every name of the inventory."""
    def walk(value):
        if isinstance(value, dict):
            for k, v in value.items():
                yield str(k)
                yield from walk(v)
        elif isinstance(value, list):
            for v in value:
                yield from walk(v)
        else:
            yield str(value)
    with open(path, encoding="utf-8") as f:
        return {n.lower() for n in walk(yaml.safe_load(f))}


class Pair:
    """Two payloads at once: what is free is drawn anew for each, all else is the same."""

    def __init__(self, seed, free, which):
        self.same = random.Random(seed)
        self.other = random.Random(f"{seed}{which}")
        self.pool, self.strange = free

    def free(self):
        return self.other.choice(self.pool)

    def foreign(self):
        """One in which no name of the inventory stands."""
        return self.other.choice(self.strange)

    def unknown(self, prefix="zz"):
        return f"{prefix}-{self.other.randrange(16**8):08x}"

    def labels(self):
        r, labels = self.same, {}
        for key, values in KNOWN.items():
            roll = r.random()
            if roll < 0.3:
                labels[key] = r.choice(values)
            elif roll < 0.5:
                labels[key] = self.unknown()
            elif roll < 0.6:
                labels[key] = self.foreign()
        if r.random() < 0.3:  # a pod of a known workload: its hash is the cluster's
            labels["pod"] = f"web-shop-{self.other.randrange(16**10):010x}-{self.other.randrange(16**5):05x}"
        for key in ("severity", "team", "runbook_url", "tag_owner"):
            labels[key] = self.free()
        return labels

    def alertmanager(self):
        r, alerts = self.same, []
        for _ in range(r.randint(1, 3)):
            labels = {"alertname": r.choice(NAMES), **self.labels()}
            alerts.append({"status": "resolved" if r.random() < 0.1 else "firing", "labels": labels,
                           "annotations": {"summary": self.free(), "description": self.free()}, "startsAt": f"2026-11-26T08:{r.randint(10, 59)}:00.1Z",
                           "endsAt": "0001-01-01T00:00:00Z", "generatorURL": self.free(), "fingerprint": self.unknown()})
        return {"version": "4", "groupKey": self.free(), "status": "firing", "receiver": self.free(), "groupLabels": {},
                "commonLabels": {"severity": self.free()}, "commonAnnotations": {"x": self.free()},
                "externalURL": "https://alerts.prod.example" if r.random() < 0.5 else "http://" + self.unknown() + ".example", "alerts": alerts}

    def cloudwatch(self):
        r = self.same
        space, metric, dimension, value = r.choice(METRICS)
        alarm = {"alarmName": self.free(), "state": {"value": "ALARM", "reason": self.free(), "timestamp": "2026-11-26T08:00:00.9+0000"},
                 "configuration": {"description": self.free(), "metrics": [{"id": "m1", "metricStat": {"metric": {
                     "namespace": space, "name": metric, "dimensions": {dimension: value or self.unknown(), "Other": self.free()}}}}]}}
        event = {"version": "0", "id": self.unknown(), "source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change",
                 "account": "111122223333", "region": "eu-central-1", "resources": [self.free()], "detail": alarm}
        if r.random() < 0.5:
            return event
        return {"Type": "Notification", "MessageId": self.unknown(), "Subject": self.free(), "Message": json.dumps(event)}

    def pagerduty(self):
        r = self.same
        return {"event": {"id": self.unknown(), "event_type": "incident.triggered", "resource_type": "incident", "data": {
            "title": f"{r.choice(NAMES)} {self.foreign()}", "created_at": "2026-11-26T08:00:00Z", "html_url": self.free(),
            "priority": {"summary": self.free()}, "service": {"summary": "item-search" if r.random() < 0.5 else self.foreign()}}}}


def main():
    folder, count = sys.argv[1], int(sys.argv[2])
    names, pool = known(sys.argv[3]), texts(sys.argv[4:])
    pool = pool, [t for t in pool if not names & {t.lower(), *re.findall(r"[a-z0-9][a-z0-9._-]*[a-z0-9]", t.lower())}]
    for source in ("alertmanager", "cloudwatch", "pagerduty"):
        with open(f"{folder}/{source}.a", "w") as a, open(f"{folder}/{source}.b", "w") as b:
            for n in range(count):
                for out, which in ((a, "a"), (b, "b")):
                    out.write(json.dumps(getattr(Pair(f"{source}{n}", pool, which), source)()) + "\n")
    print(f"{3 * count} pairs, {len(pool[0])} texts, {len(pool[1])} of them without a name of the inventory")


main()
