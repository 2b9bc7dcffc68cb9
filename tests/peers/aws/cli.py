# SPDX-License-Identifier: Apache-2.0
"""cli.py CO-EXEC CATALOG REGION... : the real aws CLI and co-exec side by side on the same server; TAP.

Every operation that lists or reads and that moto implements, in every region given: by the CLI (in this process,
through its own driver) and in plans of co-exec, both against $AWS_ENDPOINT_URL. Equal are the outputs as JSON, whatever
the order of keys; where the CLI fails, so must we, with the same code. $AWS_CLI_SERVICES narrows it to some services.
"""
import contextlib
import importlib
import io
import json
import os
import re
import subprocess
import sys
import time

import awscli.clidriver
import botocore.session
from botocore import xform_name
from moto.core.responses import BaseResponse

CO_EXEC, CATALOG, REGIONS = sys.argv[1], sys.argv[2], sys.argv[3:]
BATCH = 150
MODULES = {"lambda": "awslambda", "elb": "elb", "elbv2": "elbv2", "emr": "emr", "es": "es"}
COMMANDS = {"config": "configservice", "s3": "s3api", "codedeploy": "deploy"}
# What a required member is given; the seeded things first.
VALUES = {
    "Bucket": "plain", "Key": "a", "UserName": "person-001", "RoleName": "worker", "GroupName": "admins", "TableName": "orders",
    "FunctionName": "f", "clusterName": "main", "cluster": "main", "QueueUrl": None, "StackName": "s", "SecretId": "db",
    "InstanceProfileName": "profile", "logGroupName": "/app/001", "repositoryName": "app", "DatabaseName": "lake",
    "WorkGroup": "w", "StreamName": "s", "KeyId": "alias/test", "AliasName": "alias/test", "BackupVaultName": "vault",
    "PolicyArn": "arn:aws:iam::123456789012:policy/everything", "VersionId": "v1", "AccountId": "123456789012",
    "TopicArn": None, "taskDefinition": "app", "name": "main", "Name": "main", "PolicyName": "inline", "BudgetName": "month",
    "Path": "/app", "Rule": "nightly",
}
# Operations that are no plain question: they wait, stream, or cost seconds each.
LEFT_OUT = {"sqs.ReceiveMessage", "s3.GetObject", "ec2.DescribeInstanceTypeOfferings", "ec2.DescribeInstanceTypes",
            "ec2.DescribeSpotPriceHistory", "iam.GenerateCredentialReport", "s3.SelectObjectContent", "kinesis.SubscribeToShard",
            "logs.StartLiveTail", "lambda.InvokeWithResponseStream", "rds.DescribeDBEngineVersions",
            "rds.DescribeOrderableDBInstanceOptions", "ec2.DescribeImages"}
SESSION = botocore.session.get_session()


def responses_of(service):
    """moto's class that answers for a service; None."""
    for name in (MODULES.get(service), service.replace("-", ""), service.replace("-", "_")):
        if not name:
            continue
        with contextlib.suppress(ImportError):
            module = importlib.import_module(f"moto.{name}.responses")
            for value in vars(module).values():
                if isinstance(value, type) and issubclass(value, BaseResponse) and value.__module__ == module.__name__:
                    return value
    return None


def reads_of(service):
    with open(os.path.join(CATALOG, service + ".api"), encoding="utf-8") as f:
        for line in f:
            fields = line.split("\t")
            if len(fields) > 2 and fields[1] in ("list", "read"):
                yield fields[0], fields[1]


def value_of(member, shape):
    if member in VALUES and VALUES[member] and shape.type_name == "string":
        return VALUES[member]
    if shape.type_name == "string":
        length = shape.metadata.get("min", 1)
        return (shape.enum or ["example".ljust(length, "x")[:max(length, 7)]])[0]
    return {"integer": 1, "long": 1, "boolean": False, "timestamp": "2026-01-01T00:00:00Z", "double": 1.0, "float": 1.0}.get(shape.type_name)


def input_of(model):
    """Values for what is required; None where that is more than plain values."""
    shape, values = model.input_shape, {}
    for member in shape.required_members if shape else []:
        inner = shape.members[member]
        if inner.type_name == "list" and inner.member.type_name == "string":
            values[member] = [value_of(member, inner.member)]
        else:
            values[member] = value_of(member, inner)
        if values[member] is None:
            return None
    return values


def questions():
    wanted = os.environ.get("AWS_CLI_SERVICES", "").split()
    for service in SESSION.get_available_services():
        if wanted and service not in wanted or not os.path.exists(os.path.join(CATALOG, service + ".api")):
            continue
        responses = responses_of(service)
        if not responses:
            continue
        model = SESSION.get_service_model(service)
        for operation, access in reads_of(service):
            if f"{service}.{operation}" in LEFT_OUT or operation not in model.operation_names:
                continue
            if not hasattr(responses, xform_name(operation)) and service != "s3":
                continue
            values = input_of(model.operation_model(operation))
            if values is not None and not model.operation_model(operation).has_streaming_output:
                yield service, operation, access, values


DRIVER = awscli.clidriver.create_clidriver()


def ask_cli(service, operation, values, region):
    out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            rc = DRIVER.main([COMMANDS.get(service, service), xform_name(operation, "-"), "--region", region, "--output", "json",
                              "--cli-input-json", json.dumps(values)])
        except SystemExit as stop:
            rc = stop.code
    out.flush(), err.flush()
    text, complaint = out.buffer.getvalue().decode(), err.buffer.getvalue().decode()
    if rc == 0:
        return {"output": json.loads(text) if text.strip() else {}}
    code = re.search(r"An error occurred \(([^)]*)\)", complaint)
    return {"error": code[1] if code else "?", "message": complaint.strip()[-200:]}


def ask_ours(asked, region):
    now = int(time.time())
    steps = [{"id": f"s{i}", "call": ["aws", service, operation], "target": {"region": region, "environment": "test", "name": "t"},
              "with": values, "access": access, "needs": [], "optional": True}
             for i, (service, operation, access, values) in enumerate(asked)]
    stamp = lambda t: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(t))  # noqa: E731
    document = {"co": "run/1", "id": "01JDBV4K6T5R9M3ZC8Q0W2XNYH",
                "request": {"text": "look", "by": "alice", "uid": 1000, "host": os.uname().nodename, "at": stamp(now), "via": "pipe"},
                "plan": {"playbook": {"name": "test", "version": 1, "digest": "sha256:0"}, "goal": "look", "scope": ["test"],
                         "changes": False, "params": {}, "steps": steps, "findings": [],
                         "estimate": {"calls": len(steps), "seconds": "1", "cost_usd": "9.00", "changes": 0, "targets": 1},
                         "permissions": [], "explain": [], "made_at": stamp(now), "expires_at": stamp(now + 3600)}}
    done = subprocess.run([CO_EXEC, "--deadline", "10m"], input=json.dumps(document), capture_output=True, text=True, timeout=900)
    try:
        results = json.loads(done.stdout)["execution"]["steps"]
    except (ValueError, KeyError):
        return [{"error": "?", "message": f"exit {done.returncode}: {done.stdout[-300:]} {done.stderr[-300:]}"}] * len(asked)
    return [{"output": r["output"]} if r["status"] == "done" else {"error": r.get("error_code", "?"), "message": r.get("error", "")}
            for r in results]


def canonical(answer):
    """Access keys are masked in all that co-exec lets out."""
    return re.sub(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b", "***", json.dumps(answer, sort_keys=True))


def same(theirs, ours):
    if "output" in theirs:
        return "output" in ours and canonical(theirs["output"]) == canonical(ours["output"])
    return "error" in ours and (theirs["error"] == "?" or theirs["error"] in ours.get("message", ""))


def compare(asked, region, counts):
    """Ours between two askings of the CLI: what differs between those two is no answer to compare."""
    answers = ask_ours(asked, region)
    for (service, operation, _, values), ours in zip(asked, answers):
        theirs = ask_cli(service, operation, values, region)
        kind = "outputs" if "output" in theirs else "errors"
        if theirs.get("error") in ("?", "501"):
            # The CLI lacks the command, or goes to a host of its own whatever AWS_ENDPOINT_URL says; or moto does not
            # know what was asked for, or not for the region that the CLI signs for.
            counts["unasked"] += 1
            continue
        if same(theirs, ours):
            counts[kind] += 1
            if theirs.get("output"):
                counts["filled"] += 1
            continue
        ours, again = ask_ours([(service, operation, _, values)], region)[0], ask_cli(service, operation, values, region)
        if same(again, ours):
            counts[kind] += 1
        elif canonical(theirs) != canonical(again):
            counts["moving"] += 1
        else:
            counts["different"].append((f"{service} {operation} {json.dumps(values)}", theirs, ours))


def main():
    asked, counts = list(questions()), {"outputs": 0, "filled": 0, "errors": 0, "moving": 0, "unasked": 0, "different": []}
    started = time.time()
    for region in REGIONS:
        for at in range(0, len(asked), BATCH):
            compare(asked[at:at + BATCH], region, counts)
    services = len({q[0] for q in asked})
    print(f"# {len(asked)} operations of {services} services in {len(REGIONS)} regions, {time.time() - started:.0f} s: "
          f"{counts['outputs']} equal outputs ({counts['filled']} not empty), {counts['errors']} equal errors, "
          f"{counts['moving']} that change by themselves, {counts['unasked']} that the CLI could not ask, {len(counts['different'])} different")
    for what, theirs, ours in counts["different"]:
        print(f"# {what}\n#   cli:  {canonical(theirs)[:300]}\n#   ours: {canonical(ours)[:300]}")
    least = int(os.environ.get("AWS_CLI_LEAST", "400"))
    print(f"{'not ' if counts['different'] else ''}ok 1 - co-exec answers as the aws CLI does")
    print(f"{'not ' if counts['outputs'] < least else ''}ok 2 - at least {least} outputs were compared")
    print("1..2")
    return 1 if counts["different"] or counts["outputs"] < least else 0


if __name__ == "__main__":
    sys.exit(main())
