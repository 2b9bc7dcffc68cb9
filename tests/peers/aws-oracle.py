#!/usr/bin/env python3
"""Our protocols against botocore's, over the whole API.

  aws-oracle.py AWSWIRE CATALOGUE [--slice I/N] [--jobs N] [--only SERVICE,...] [--show N] PART ...

Parts: responses (random outputs, serialised by moto, parsed by both), requests (random inputs, through the whole botocore
client up to the socket, and through ours), errors, expressions (JMESPath), pages, waiters. Prints one line of figures a part; exits
1 when something differs that tests/peers/aws-oracle.txt does not list. The same seed gives the same cases.
"""
import argparse
import base64
import collections
import copy
import datetime
import json
import multiprocessing
import os
import pathlib
import random
import subprocess
import sys
import unittest.mock
import urllib.parse
import uuid

for name in [n for n in os.environ if n.startswith("AWS_")]:
    del os.environ[name]
os.environ.update(AWS_CONFIG_FILE="/dev/null", AWS_SHARED_CREDENTIALS_FILE="/dev/null", AWS_EC2_METADATA_DISABLED="true")

import botocore  # noqa: E402
import botocore.config  # noqa: E402
import botocore.exceptions  # noqa: E402
import botocore.session  # noqa: E402
import jmespath  # noqa: E402
from botocore import parsers  # noqa: E402

TOKEN = uuid.UUID("01234567-89ab-4cde-8f01-23456789abcd")
IGNORED = {"user-agent", "content-length", "host", "expect", "amz-sdk-invocation-id", "amz-sdk-request", "authorization", "x-amz-date"}
# Values that the rules of endpoints accept.
PLAIN = {"PredictEndpoint": "https://predict.example", "KvsARN": "arn:aws:cloudfront::123456789012:key-value-store/a",
         "EndpointId": "abc.def", "OutpostId": "op-1"}
EXCEPTIONS = pathlib.Path(__file__).with_suffix(".txt")
XML = ("ec2", "query", "rest-xml")


class Generator:
    """Random values of a shape; the same seed gives the same ones."""

    def __init__(self, seed, for_input):
        self.r = random.Random(seed)
        self.for_input = for_input

    def value(self, shape, depth=0):
        if getattr(shape, "is_document_type", False):
            return self.r.choice([{"a": 1}, {"b": ["x", None, True]}] + ([] if self.for_input else ["text", 7]))
        return getattr(self, shape.type_name, self.scalar)(shape, depth)

    def structure(self, shape, depth):
        required = set(shape.required_members) if self.for_input else set()
        if getattr(shape, "is_tagged_union", False):
            if not shape.members or (depth > 8 and not self.for_input):
                return {}
            flat = [k for k, m in shape.members.items() if m.type_name not in ("structure", "list", "map")]
            key = self.r.choice(flat if depth > 4 and flat else list(shape.members))
            return {key: self.value(shape.members[key], depth + 1)}
        if depth > 7 and not required:
            return {}
        return {k: self.value(m, depth + 1) for k, m in shape.members.items()
                if k in required or (depth <= 7 and (self.r.random() < 0.7 if depth >= 2 or self.for_input else True)
                                     and not self.left_out(m))}

    def left_out(self, member):
        return self.for_input and "context" in member.serialization

    def count(self, shape, choices):
        low = shape.metadata.get("min", 0) if self.for_input else 0
        return max(low, self.r.choice(choices))

    def list(self, shape, depth):
        if depth >= 7 and not self.count(shape, [0]):
            return []
        return [self.value(shape.member, depth + 1) for _ in range(self.count(shape, [1, 1, 2, 0] if self.for_input else [1, 1, 2]))]

    def map(self, shape, depth):
        if depth >= 7 and not self.count(shape, [0]):
            return {}
        names = getattr(shape.key, "enum", None) or ["k0", "k-1", "k_2", "k3"]
        low = shape.key.metadata.get("min", 0) if self.for_input else 0
        if self.for_input and shape.serialization.get("location") == "headers":
            return {names[0]: "abc"}
        return {names[i % len(names)].ljust(low, "k"): self.value(shape.value, depth + 1)
                for i in range(self.count(shape, [1, 2]))}

    def string(self, shape, depth):
        if shape.serialization.get("jsonvalue") and shape.serialization.get("location") == "header":
            return {"a": [1, "x"]} if self.for_input else "eyJhIjoxfQ=="
        if getattr(shape, "enum", None):
            return self.r.choice(shape.enum)
        if self.for_input:
            plain = shape.serialization.get("hostLabel") or shape.serialization.get("location") in ("header", "headers")
            text = self.r.choice(["abc", "a-b.c"] if plain else ["abc", 'x<y>&"z\'', "\u00e9", "a b", "0", "a/b:c+d=e%20", "x\ny"])
            return text.ljust(shape.metadata.get("min", 0), "k")
        return self.r.choice(["abc", 'x<y>&"z', "\u00e9", "a b", "0", "true", "1e5"])

    character = string

    def integer(self, shape, depth):
        low = shape.metadata.get("min") if self.for_input else None
        return self.r.choice([0, 1, -5, 123456789]) if low is None else low + self.r.choice([0, 1, 7])

    long = integer

    def float(self, shape, depth):
        low = shape.metadata.get("min") if self.for_input else None
        return self.r.choice([0.5, 1.0, 1e10, -2.25, 1e-7, 1e22] + ([3] if self.for_input else [])) if low is None else low + 0.5

    double = float

    def boolean(self, shape, depth):
        return self.r.random() < 0.5

    def timestamp(self, shape, depth):
        micros = self.r.choice([0, 0, 123456, 500000]) if self.for_input else 0
        return datetime.datetime(2026, 1, 2, 3, 4, 5, micros, tzinfo=datetime.timezone.utc)

    def blob(self, shape, depth):
        return b"\x00\x01bin"

    def scalar(self, shape, depth):
        raise TypeError(shape.type_name)


class Wire:
    """The C side: a batch of lines in, as many out."""

    def __init__(self, program, catalogue):
        self.command = [program, catalogue]

    def run(self, cases):
        text = "".join(json.dumps(c) + "\n" for c in cases)
        done = subprocess.run(self.command, input=text.encode(), capture_output=True, check=False)
        lines = done.stdout.decode().splitlines()
        if done.returncode or len(lines) != len(cases):
            at = cases[len(lines)] if len(lines) < len(cases) else None
            raise SystemExit(f"awswire ended with {done.returncode} at {json.dumps(at)[:2000]}\n{done.stderr.decode()[-4000:]}")
        return [json.loads(line) for line in lines]


def plain(value):
    return json.dumps(value, sort_keys=True)


class Tally:
    def __init__(self):
        self.counts = collections.Counter()
        self.different = []

    def add(self, other):
        self.counts.update(other.counts)
        self.different += other.different

    def check(self, key, same, got, wanted):
        self.counts["same" if same else "different"] += 1
        if not same:
            self.different.append((key, got, wanted))


def hyphenized(model):
    return model.service_id.hyphenize()


# ---- responses

def identity_parser(protocol):
    factory = parsers.ResponseParserFactory()
    factory.set_parser_defaults(timestamp_parser=lambda x: x, blob_parser=lambda x: x)
    return factory.create_parser(protocol)


def expected_output(session, parser, model, status, headers, body):
    """What the CLI would print: parsed, and changed by botocore's handlers."""
    events = session.get_component("event_emitter")
    name = f"{hyphenized(model.service_model)}.{model.name}"
    response = {"status_code": status, "headers": botocore.awsrequest.HeadersDict(headers), "body": body, "context": {}}
    custom = {}
    events.emit(f"before-parse.{name}", operation_model=model, response_dict=response, customized_response_dict=custom)
    parsed = parser.parse(response, model.output_shape)
    parsed.update(custom)
    http = unittest.mock.Mock(raw=True, content=body)
    events.emit(f"after-call.{name}", http_response=http, parsed=parsed, model=model, context={"encoding_type_auto_set": True})
    parsed.pop("ResponseMetadata", None)
    json.dumps(parsed)
    return parsed


def response_cases(session, service, tally):
    from moto.core.serialize import get_serializer_class
    from moto.core.utils import get_service_model as moto_model
    model = session.get_service_model(service)
    protocol = model.resolved_protocol
    parser = identity_parser(protocol)
    for name in model.operation_names:
        operation = model.operation_model(name)
        if operation.output_shape is None:
            tally.counts["no output"] += 1
            continue
        if operation.has_event_stream_output or operation.has_streaming_output:
            tally.counts["streams"] += 1
            continue
        for seed in range(2 if protocol in XML else 1):
            try:
                serializer = get_serializer_class(service, protocol)(operation_model=moto_model(service).operation_model(name))
                made = serializer.serialize(Generator(f"{service}{name}{seed}", False).value(operation.output_shape))
            except Exception:
                tally.counts["moto cannot"] += 1
                continue
            body = made["body"].encode() if isinstance(made["body"], str) else made["body"]
            headers = {k: str(v) for k, v in made["headers"].items()}
            case = {"service": service, "operation": name, "with": {}, "status": made["status_code"], "headers": headers,
                    "body": base64.b64encode(body).decode()}
            try:
                wanted = expected_output(session, parser, operation, made["status_code"], headers, body)
            except Exception as e:
                yield case, None, str(e)
            else:
                yield case, wanted, None


def responses(wire, session, services):
    tally = Tally()
    for service in services:
        cases = list(response_cases(session, service, tally))
        for (case, wanted, failure), got in zip(cases, wire.run([c[0] for c in cases])):
            key = f"{case['service']} {case['operation']}"
            if failure is not None:
                tally.counts["botocore fails"] += 1
                tally.check(key, "output" not in got, got, failure)
            else:
                tally.check(key, plain(got.get("output")) == plain(wanted), got.get("output", got), wanted)
    return tally


# ---- requests

# Services with operations whose body is not signed: botocore insists on signing these.
SIGNED = {"ebs", "lex-runtime", "lexv2-runtime", "omics"}


class Captured(Exception):
    pass


def client_of(session, service):
    config = botocore.config.Config(
        signature_version=None if service in SIGNED else botocore.UNSIGNED, s3={"addressing_style": "path"}, disable_request_compression=True,
        endpoint_discovery_enabled=False, retries={"max_attempts": 0}, connect_timeout=1)
    client = session.create_client(service, region_name="us-east-1", endpoint_url="http://127.0.0.1:9", config=config,
                                   aws_access_key_id="a", aws_secret_access_key="b")

    def capture(request, **_):
        raise Captured(request)

    client.meta.events.register("before-send", capture)
    return client


def as_json(value):
    """A parameter of botocore as ours has it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, dict):
        return {k: as_json(v) for k, v in value.items()}
    if isinstance(value, list):
        return [as_json(v) for v in value]
    return value


def sent(client, name, params):
    try:
        client._make_api_call(name, params)
    except Captured as c:
        return c.args[0]
    raise AssertionError("no request was sent")


def body_of(request):
    body = request.body
    body = body.read() if hasattr(body, "read") else body
    return body.encode() if isinstance(body, str) else body or b""


def text(header):
    return header.decode() if isinstance(header, bytes) else str(header)


def comparable(protocol, method, host, path, query, headers, body):
    """A request as what must be equal: JSON by value, and what is a checksum of its bytes as a checksum of its bytes."""
    headers = {k.lower(): text(v) for k, v in headers.items() if k.lower() not in IGNORED and text(v) != "UNSIGNED-PAYLOAD"}
    if protocol in ("json", "rest-json") and body[:1] in (b"{", b"[") and "json" in headers.get("content-type", ""):
        try:
            body = plain(json.loads(body))
        except ValueError:
            pass
    if isinstance(body, bytes):
        body = body.decode("utf-8", "backslashreplace")
    return {"method": method, "host": host, "path": path, "query": query, "headers": headers, "body": body}


def theirs(protocol, request, presigned):
    url = urllib.parse.urlsplit(request.url)
    body = body_of(request)
    if presigned:
        body = b"&".join(p for p in body.split(b"&") if not p.lower().startswith((b"presignedurl=", b"destinationregion=")))
    host = url.netloc.removesuffix("127.0.0.1:9")
    return comparable(protocol, request.method, host if host != url.netloc else url.netloc, url.path, url.query, request.headers, body)


def ours(protocol, got):
    return comparable(protocol, got["method"], got.get("endpoint", "").removeprefix("https://") or got.get("host") or "", got["path"], got.get("query") or "",
                      got["headers"], base64.b64decode(got["body"]))


def adjust(service, name, params):
    """Values that botocore's own checks ask for."""
    if "Bucket" in params and service == "s3":
        params["Bucket"] = "bucket-1"
    if service in ("s3", "s3control"):
        for key in ("ChecksumAlgorithm",):
            if key in params:
                params[key] = "SHA256"
    if service == "s3" and "CopySource" in params:
        params["CopySource"] = "other/key \u00e9?versionId=1"
    if service == "s3" and "Metadata" in params:
        params["Metadata"] = {"k": "v w"}
    params |= {k: v for k, v in PLAIN.items() if k in params}
    if service == "s3control" and "AccountId" in params:
        params["AccountId"] = "123456789012"
    return params


def request_cases(session, service, tally):
    client, model = client_of(session, service), session.get_service_model(service)
    for name in model.operation_names:
        operation = model.operation_model(name)
        if operation.has_event_stream_input or operation.has_event_stream_output:
            tally.counts["event streams"] += 1
            continue
        shape = operation.input_shape
        params = adjust(service, name, Generator(f"in{service}{name}", True).value(shape) if shape else {})
        case = {"service": service, "operation": name, "with": as_json(params), "token": str(TOKEN), "region": "us-east-1"}
        try:
            request = sent(client, name, copy.deepcopy(params))
        except Exception as e:
            tally.counts["botocore refuses"] += 1
            if tally.counts["botocore refuses"] < 5:
                tally.different.append((f"# {service} {name}", repr(e)[:300], ""))
            continue
        yield case, request


def requests(wire, session, services):
    tally = Tally()
    with unittest.mock.patch("uuid.uuid4", return_value=TOKEN):
        for service in services:
            protocol = session.get_service_model(service).resolved_protocol
            cases = list(request_cases(session, service, tally))
            for (case, request), got in zip(cases, wire.run([c[0] for c in cases])):
                wanted = theirs(protocol, request, got.get("presign"))
                mine = got if "error" in got else ours(protocol, got)
                tally.check(f"{case['service']} {case['operation']}", mine == wanted, mine, wanted)
    return tally


# ---- errors

XML_ERRORS = [
    b"<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate &lt;exceeded&gt;</Message></Error>"
    b"<RequestId>r-1</RequestId></ErrorResponse>",
    b"<Response><Errors><Error><Code>InvalidGroup.NotFound</Code><Message>m</Message></Error></Errors>"
    b"<RequestID>r-2</RequestID></Response>",
    b'<?xml version="1.0"?>\n<Error><Code>NoSuchKey</Code><Message>The key</Message><Key>k</Key><RequestId>r-3</RequestId></Error>',
    b'<ErrorResponse xmlns="https://x/"><Error><Code>NoMessage</Code></Error><RequestId>r</RequestId></ErrorResponse>',
    b"<html><body>Bad Gateway</body></html>", b"", b"   ",
]
JSON_ERRORS = [
    b'{"__type":"com.amazon.coral#ResourceNotFoundException","message":"no such thing"}',
    b'{"__type":"ThrottlingException:http://internal/","Message":"slow down"}',
    b'{"message":"only text"}', b'{"Message":null}', b"{}", b"", b"<html></html>", b"not json at all",
    b'{"code":"aws#Code","message":"rest"}', b'{"Code":"Upper","Message":"Rest"}',
]
ERROR_HEADERS = [{}, {"x-amzn-RequestId": "id-1"}, {"x-amzn-ErrorType": "Typed:http://x/"}, {"x-amz-request-id": "id-2"},
                 {"x-amzn-query-error": "Older.Name;Sender"}]
ERROR_OPERATIONS = ["ec2 DescribeVpcs", "iam ListUsers", "sts GetCallerIdentity", "s3 ListObjectsV2", "route53 ListHostedZones",
                    "dynamodb ListTables", "sqs ListQueues", "cloudwatch ListMetrics", "lambda ListFunctions", "eks ListClusters"]


def errors(wire, session, services):
    tally, cases = Tally(), []
    for key in ERROR_OPERATIONS:
        service, name = key.split()
        model = session.get_service_model(service)
        protocol = model.resolved_protocol
        parser = identity_parser(protocol)
        for status in (301, 400, 403, 404, 429, 500, 503):
            for body in XML_ERRORS if protocol in XML else JSON_ERRORS:
                for headers in ERROR_HEADERS:
                    case = {"service": service, "operation": name, "with": {}, "status": status, "headers": headers,
                            "body": base64.b64encode(body).decode()}
                    response = {"status_code": status, "headers": botocore.awsrequest.HeadersDict(headers), "body": body}
                    try:
                        parsed = parser.parse(response, model.operation_model(name).output_shape)
                    except Exception:
                        parsed = None
                    cases.append((case, parsed))
    for (case, parsed), got in zip(cases, wire.run([c[0] for c in cases])):
        key, fault = f"{case['service']} {case['operation']}", got.get("fault")
        if parsed is None or not parsed.get("Error", {}).get("Code"):  # botocore has nothing to say; ours has the status at least
            tally.counts["botocore fails"] += 1
            tally.check(key, fault and fault["code"], got, case)
            continue
        wanted = (parsed["Error"].get("Code", str(case["status"])), " ".join((parsed["Error"].get("Message") or "").split()))
        mine = fault and (fault["code"], fault["message"])
        if parsed["ResponseMetadata"].get("RequestId"):
            wanted += (parsed["ResponseMetadata"]["RequestId"],)
            mine = mine and mine + (fault["request_id"],)
        tally.check(key, mine == wanted, (got, case), wanted)
    return tally


# ---- JMESPath and pages

def paginators(session, service):
    try:
        return session.get_paginator_model(service)._paginator_config
    except botocore.exceptions.DataNotFoundError:
        return {}


def waiters(session, service):
    try:
        return session.get_waiter_model(service)._waiter_config
    except (botocore.exceptions.DataNotFoundError, botocore.exceptions.UnknownServiceError):
        return {}


def output_of(session, service, name, seed):
    """A random output as the CLI has it: no bytes, no datetimes."""
    shape = session.get_service_model(service).operation_model(name).output_shape
    return as_json(Generator(f"{service}{name}{seed}", False).value(shape)) if shape else {}


def expressions(wire, session, services):
    tally, cases = Tally(), []
    for service in services:
        found = [(name, value) for name, page in paginators(session, service).items()
                 for key in ("output_token", "result_key", "more_results", "non_aggregate_keys")
                 for value in [page.get(key)] if value]
        found += [(w["operation"], a["argument"]) for w in waiters(session, service).values()
                  for a in w["acceptors"] if "argument" in a]
        for name, value in found:
            for expression in value if isinstance(value, list) else [value]:
                for seed in range(3):
                    cases.append({"expression": expression, "value": output_of(session, service, name, seed)})
    for case, got in zip(cases, wire.run(cases)):
        try:
            wanted = jmespath.search(case["expression"], case["value"])
        except jmespath.exceptions.JMESPathTypeError:  # length() of nothing
            wanted = None
        tally.check(case["expression"], "result" in got and plain(got["result"]) == plain(wanted), got, wanted)
    return tally


def next_pages(session, service, name, config):
    """Four pages: three with tokens, and one without."""
    tokens = config["output_token"] if isinstance(config["output_token"], list) else [config["output_token"]]
    results = config["result_key"] if isinstance(config["result_key"], list) else [config["result_key"]]
    pages = []
    for i in range(4):
        page = output_of(session, service, name, i)
        for token in tokens:
            path = token.split(" ")[0]
            if path.replace(".", "").replace("_", "").isalnum():
                botocore.utils.set_value_from_jmespath(page, path, f"token-{i}" if i < 3 else None)
                if i == 3:
                    holder = page
                    for part in path.split(".")[:-1]:
                        holder = holder[part]
                    del holder[path.split(".")[-1]]
        if config.get("more_results"):
            botocore.utils.set_value_from_jmespath(page, config["more_results"], i < 3)
        if i == 2 and "." not in results[0]:
            page.pop(results[0], None)  # a page without a result is nothing special
        pages.append(page)
    return pages


def pages(wire, session, services):
    from botocore.paginate import Paginator
    tally, cases = Tally(), []
    for service in services:
        model = session.get_service_model(service)
        for name, config in paginators(session, service).items():
            made, inputs = next_pages(session, service, name, config), []

            def method(**params):
                inputs.append(params)
                return copy.deepcopy(made[len(inputs) - 1])

            try:
                wanted = Paginator(method, config, model.operation_model(name)).paginate().build_full_result()
            except Exception as e:
                wanted = repr(e)
            cases.append(({"service": service, "operation": name, "with": {}, "pages": made}, wanted, len(inputs)))
    for (case, wanted, count), got in zip(cases, wire.run([c[0] for c in cases])):
        same = "output" in got and plain(got["output"]) == plain(wanted) and len(got["inputs"]) == count
        if isinstance(wanted, str):
            tally.counts["botocore fails"] += 1
            same = "error" in got
        tally.check(f"{case['service']} {case['operation']}", same, got, wanted)
    return tally


# ---- waiters

def with_leaf(value, name, leaf):
    if isinstance(value, dict):
        return {k: leaf if k == name and not isinstance(v, (dict, list)) else with_leaf(v, name, leaf) for k, v in value.items()}
    if isinstance(value, list):
        return [with_leaf(v, name, leaf) for v in value]
    return value


def judged(acceptors, response):
    for acceptor in acceptors:
        if acceptor.matcher_func(response):
            return acceptor.state
    return "error" if "Error" in response else "retry"


def waiter_cases(session, service):
    from botocore.waiter import AcceptorConfig
    for name, config in waiters(session, service).items():
        acceptors = [AcceptorConfig(a) for a in config["acceptors"]]
        for seed, acceptor in enumerate([*config["acceptors"], {}]):
            case = {"service": service, "operation": config["operation"], "waiter": name, "with": {}}
            if acceptor.get("matcher") in ("error", "status"):
                code = acceptor["expected"] if isinstance(acceptor["expected"], str) else "Other"
                status = acceptor["expected"] if acceptor["matcher"] == "status" else 400
                if status < 300:
                    case |= {"output": {}, "code": "", "status": status}
                    response = {"ResponseMetadata": {"HTTPStatusCode": status}}
                else:
                    case |= {"code": code, "status": status}
                    response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
            else:
                output = output_of(session, service, config["operation"], seed)
                leaf = acceptor.get("argument", "").split(".")[-1]
                output = with_leaf(output, leaf, acceptor.get("expected"))
                output.pop("Error", None)  # a member of that name looks like a failure to botocore
                case |= {"output": output, "code": "", "status": 200}
                response = {**output, "ResponseMetadata": {"HTTPStatusCode": 200}}
            try:
                yield case, {"state": judged(acceptors, response), "delay": config["delay"], "attempts": config["maxAttempts"],
                             "operation": config["operation"]}
            except jmespath.exceptions.JMESPathTypeError:
                pass


def waits(wire, session, services):
    tally = Tally()
    cases = [c for service in services for c in waiter_cases(session, service)]
    for (case, wanted), got in zip(cases, wire.run([c[0] for c in cases])):
        tally.counts[wanted["state"]] += 1
        tally.check(f"{case['service']} {case['waiter']}", got == wanted, (got, case), wanted)
    return tally


# ----

PARTS = {"responses": responses, "requests": requests, "errors": errors, "expressions": expressions, "pages": pages,
         "waiters": waits}
WHOLE = {"errors"}  # of no service


def work(job):
    part, program, catalogue, services = job
    return PARTS[part](Wire(program, catalogue), botocore.session.get_session(), services)


def run(part, options, services):
    if part in WHOLE:
        return work((part, options.awswire, options.catalogue, None))
    pieces = [services[i::options.jobs * 4] for i in range(options.jobs * 4)]
    tally = Tally()
    with multiprocessing.Pool(options.jobs) as pool:
        for piece in pool.imap_unordered(work, [(part, options.awswire, options.catalogue, p) for p in pieces if p]):
            tally.add(piece)
    return tally


def exceptions():
    """PART SERVICE OPERATION: reason"""
    lines = EXCEPTIONS.read_text().splitlines() if EXCEPTIONS.exists() else []
    return {line.split(":")[0] for line in lines if line and not line.startswith("#")}


def report(part, tally, options):
    listed = exceptions()
    notes = [d for d in tally.different if d[0].startswith("#")]
    real = [d for d in tally.different if not d[0].startswith("#")]
    unlisted = [d for d in real if f"{part} {d[0]}" not in listed]
    counts = dict(tally.counts)
    same, different = counts.pop("same", 0), counts.pop("different", 0)
    beside = "".join(f", {n} {k}" for k, n in sorted(counts.items()))
    print(f"{part}: {same} of {same + different} equal, {different - len(unlisted)} listed, {len(unlisted)} differ{beside}")
    for key, got, wanted in [*{d[0]: d for d in unlisted}.values(), *notes][:options.show]:
        print(f"  {key}\n    ours:   {str(got)[:1500]}\n    theirs: {str(wanted)[:1500]}")
    return not unlisted and same > 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("awswire")
    parser.add_argument("catalogue")
    parser.add_argument("parts", nargs="+", choices=PARTS)
    parser.add_argument("--slice", default="0/1")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only")
    parser.add_argument("--show", type=int, default=5)
    options = parser.parse_args()
    services = botocore.session.get_session().get_available_services()
    if options.only:
        services = options.only.split(",")
    first, step = map(int, options.slice.split("/"))
    services = services[first::step]
    good = [report(part, run(part, options, services), options) for part in options.parts]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
