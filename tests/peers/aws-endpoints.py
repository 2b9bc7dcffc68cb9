"""S3 and S3 control: where botocore's rules send a request, and where ours do. aws-endpoints.py PROGRAM APIS"""
import itertools
import json
import subprocess
import sys

import botocore.endpoint_provider
import botocore.exceptions
import botocore.loaders

LOADER = botocore.loaders.create_loader()
ARNS = [f"arn:{p}:{s}:{r}:{a}:{t}" for p in ("aws", "aws-cn") for s in ("s3", "s3-object-lambda", "s3-outposts", "iam")
        for r in ("us-west-2", "cn-north-1") for a in ("123456789012", "1_2")
        for t in ("accesspoint/my-ap", "accesspoint:my-ap", "accesspoint/my_ap", "accesspoint", "bucket/b", "accesspoint/a/b",
                  "outpost/op-1/accesspoint/my-ap", "outpost:op-1:accesspoint:my-ap", "outpost/op-1/bucket/x")]
BUCKETS = ["abc", "a-b-c", "a.b.c", "Abc", "a_b", "ab", "192.168.1.1", "1.2.3", "-abc", "abc-", "a..b", "a b", "é", "x" * 63,
           "x" * 64, "a/b", "abc--op-s3"]
OVERRIDES = [None, "http://localhost:5000", "http://127.0.0.1:5000", "https://s3.example.com/base/", "http://h.example"]
REGIONS = ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1"]


def provider(service):
    return botocore.endpoint_provider.EndpointProvider(
        ruleset_data=LOADER.load_service_model(service, "endpoint-rule-set-1"), partition_data=LOADER.load_data("partitions"))


def rules(asked, oracle):
    """What botocore gives to its rules for such a client."""
    style, override = asked["style"], asked["override"]
    path = style == "path" if asked["accelerate"] or not override else style != "virtual"
    given = {"Region": asked["region"], "UseFIPS": asked["fips"] and not override,
             "UseDualStack": asked["dualstack"] and not override, **asked["input"]}
    if asked["service"] == "s3":
        given.update(ForcePathStyle=path, Accelerate=asked["accelerate"], UseGlobalEndpoint=False, UseArnRegion=not asked["own_region"])
    else:
        given["RequiresAccountId"] = True
    if override:
        given["Endpoint"] = override
    try:
        found = oracle.resolve_endpoint(**given)
    except botocore.exceptions.EndpointProviderError as e:
        return {"error": str(e)}
    scheme = next(s for s in found.properties["authSchemes"] if s["name"] == "sigv4")
    return {"url": found.url, "signing": scheme["signingName"], "region": scheme["signingRegion"]}


def cases():
    base = {"service": "s3", "operation": "GetObject", "style": None, "accelerate": False, "own_region": False,
            "fips": False, "dualstack": False, "override": None}
    flags = [(f, d) for f in (False, True) for d in (False, True)]
    for bucket, region, (fips, dual), style, override in itertools.product(
            BUCKETS, REGIONS, flags, (None, "path", "virtual"), OVERRIDES):
        yield {**base, "region": region, "fips": fips, "dualstack": dual, "style": style, "override": override,
               "input": {"Bucket": bucket, "Key": "k"}}
    for bucket, region, (fips, dual), own, override in itertools.product(ARNS, REGIONS[:3], flags, (False, True), (None, OVERRIDES[3])):
        yield {**base, "region": region, "fips": fips, "dualstack": dual, "own_region": own, "override": override,
               "style": "virtual" if override else None, "input": {"Bucket": bucket, "Key": "k"}}
    for bucket, region, (fips, dual) in itertools.product(BUCKETS + ARNS[:4], REGIONS, flags):
        yield {**base, "region": region, "fips": fips, "dualstack": dual, "accelerate": True, "input": {"Bucket": bucket, "Key": "k"}}
    for account, region, (fips, dual), override in itertools.product(
            ("123456789012", "a b", ""), REGIONS, flags, (None, OVERRIDES[3])):
        yield {**base, "service": "s3control", "operation": "GetPublicAccessBlock", "region": region, "fips": fips,
               "dualstack": dual, "override": override, "input": {"AccountId": account}}


def equal(asked, ours, wanted):
    if asked["style"] == "virtual" and "127" in str(asked["override"]) and "." in asked["input"].get("Bucket", ""):
        return True  # botocore makes http://a.b.127.0.0.1 of it, which is nowhere
    if "error" in wanted or "error" in ours:
        return ("error" in wanted) == ("error" in ours)
    if "outpost" in asked["input"].get("Bucket", "") and asked["override"]:
        ours = {**ours, "url": ours["url"].removesuffix("/base")}  # botocore forgets the path there
    # and keeps a slash at the end of an override
    return all(ours[k] == wanted[k].rstrip("/") for k in wanted)


def main():
    oracles = {s: provider(s) for s in ("s3", "s3control")}
    asked = list(cases())
    text = "".join(json.dumps(a) + "\n" for a in asked)
    out = subprocess.run(sys.argv[1:3], input=text, capture_output=True, text=True, check=True).stdout.splitlines()
    bad = good = 0
    for a, line in zip(asked, out, strict=True):
        ours, wanted = json.loads(line), rules(a, oracles[a["service"]])
        if equal(a, ours, wanted):
            good += "error" not in ours
            continue
        bad += 1
        if bad <= 6:
            print(json.dumps({k: v for k, v in a.items() if v}), "ours", ours, "botocore", wanted)
    print(f"{len(asked)} cases, {good} endpoints, {bad} differ")
    return bad > 0


sys.exit(main())
