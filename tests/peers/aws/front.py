# SPDX-License-Identifier: Apache-2.0
"""front.py PORT-FILE MAP: moto behind a door that is as strict as AWS.

moto itself verifies some signatures wrongly and never evaluates session policies. Here every request is
verified over its raw bytes (signature, signed headers, body hash, clock, token, expiry), then its IAM
action is looked up in MAP (api_to_iam.json) and evaluated against the identity's policies and the
session's. What is not evaluated: permission boundaries, resource policies, SCPs; resources only for S3 and EC2;
conditions only on aws:RequestedRegion and sts:ExternalId.

It is driven over HTTP: /front/strict?on=1 closes the door (it starts open, for seeding),
/front/skew?seconds=N turns its clock, /front/expire?after=N ends all sessions once N more calls were let in,
/front/limit?actions=a:B,c:D denies those actions to everybody, /front/hold?operation=X has the next X carried out and not
answered until /front/release, /front/held says how many are. As with AWS, a request with the client token of an earlier one
is answered as that was, which moto does not do. /front/log answers what was asked as JSON lines, /front/secrets every
secret that there is, one a line.
"""
import collections
import datetime
import hmac
import io
import json
import re
import sys
import threading
from urllib.parse import parse_qs, unquote

import botocore.session
import moto.iam.access_control as access_control
from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sts.models import sts_backends

import sigv4
import wsgi

SKEW = 300
POLICY_LIMIT = 2048
MODELS = botocore.session.get_session()


class Refused(Exception):
    def __init__(self, code, status, message):
        super().__init__(message)
        self.code, self.status, self.message = code, status, message


class State:
    """What the control paths change, and what was asked."""

    def __init__(self):
        self.lock = threading.Lock()
        self.strict = False
        self.skew = 0
        self.denied = set()
        self.expired = set()
        self.expire_after = None
        self.sessions = {}  # access key of a session -> its session policies
        self.log = []
        self.hold, self.held, self.released = None, 0, threading.Event()
        self.answers = {}  # (service, operation, client token) -> parameters, status, headers, content


class Operation:
    """Which operation of which service a request asks for, found as a server would."""

    by_signing_name = collections.defaultdict(list)
    routes = {}

    @classmethod
    def load(cls):
        for service in MODELS.get_available_services():
            metadata = MODELS.get_service_model(service).metadata
            name = metadata.get("signingName") or metadata["endpointPrefix"]
            cls.by_signing_name[name.lower()].append(service)

    @classmethod
    def routes_of(cls, service):
        if service not in cls.routes:
            model, routes = MODELS.get_service_model(service), []
            for name in model.operation_names:
                http = model.operation_model(name).http
                path, _, query = http["requestUri"].partition("?")
                pattern = re.sub(r"\\\{[^}/]+?\\\}", lambda m: ".+" if "\\+" in m[0] else "[^/]+", re.escape(path))
                wanted = {part.partition("=")[0] for part in query.split("&") if part}
                routes.append((name, http["method"], re.compile(f"^{pattern}/?$"), wanted, path.count("{")))
            cls.routes[service] = routes
        return cls.routes[service]

    def __init__(self, request, signing_name):
        self.service, self.name, self.protocol = signing_name, "Unknown", "json"
        target = request.headers.get("x-amz-target")
        for service in self.by_signing_name.get(signing_name, []):
            model = MODELS.get_service_model(service)
            protocol, name = model.resolved_protocol, None
            if target:
                if target.startswith(model.metadata.get("targetPrefix") or "\0"):
                    name = target.split(".")[-1]
            elif protocol in ("query", "ec2") or signing_name == "monitoring":
                action = request.form.get("Action")
                name = action if action in model.operation_names else None
                protocol = "ec2" if protocol == "ec2" else "query"
            else:
                name = self.routed(service, request)
            if name:
                self.service, self.name, self.protocol = service, name, protocol
                return

    def routed(self, service, request):
        path, keys, best = request.target.partition("?")[0], set(request.query), None
        for name, method, pattern, wanted, variables in self.routes_of(service):
            if method == request.method and wanted <= keys and pattern.match(path):
                rank = (len(wanted), -variables)
                if best is None or rank > best[0]:
                    best = (rank, name)
        return best and best[1]


class Request:
    def __init__(self, env):
        self.method, self.target = env["REQUEST_METHOD"], env["RAW_URI"]
        self.body = env["wsgi.input"].read()
        env["wsgi.input"] = io.BytesIO(self.body)
        self.headers = {k[5:].lower().replace("_", "-"): v for k, v in env.items() if k.startswith("HTTP_")}
        self.headers["content-length"] = env["CONTENT_LENGTH"]
        if "CONTENT_TYPE" in env:
            self.headers["content-type"] = env["CONTENT_TYPE"]
        self.query = parse_qs(self.target.partition("?")[2], keep_blank_values=True)
        form = dict(self.query)
        if "form" in self.headers.get("content-type", ""):
            form.update(parse_qs(self.body.decode("latin1"), keep_blank_values=True))
        self.form = {k: v[0] for k, v in form.items()}


class Identity:
    """Whose access key it is: its secret, and the policies that limit it."""

    def __init__(self, access_key):
        self.policies = None
        for account in {DEFAULT_ACCOUNT_ID, *iam_backends, *sts_backends}:
            if self.find_user(account, access_key) or self.find_session(account, access_key):
                self.account = account
                return
        raise Refused("InvalidClientTokenId", 403, "The security token included in the request is invalid.")

    def find_user(self, account, access_key):
        for user in iam_backends[account]["aws"].users.values():
            for key in user.access_keys:
                if key.access_key_id == access_key:
                    self.secret, self.token, self.expires, self.arn = key.secret_access_key, None, None, user.arn
                    self.kind, self.name = "user", user.name
                    return True
        return False

    def find_session(self, account, access_key):
        for role in sts_backends[account]["aws"].assumed_roles:
            if role.access_key_id == access_key:
                self.secret, self.token, self.expires = role.secret_access_key, role.session_token, role.expiration
                self.arn, self.kind, self.name = role.arn, "role", role.role_arn.split("/")[-1]
                return True
        return False

    def own_policies(self):
        user = self.kind == "user"
        kind = access_control.IAMUserAccessKey if user else access_control.AssumedRoleAccessKey
        holder = object.__new__(kind)
        holder.account_id, holder.partition = self.account, "aws"
        setattr(holder, "_owner_user_name" if user else "_owner_role_name", self.name)
        documents = []
        for policy in holder.collect_policies():
            if isinstance(policy, access_control.Policy):
                documents.append(next(v for v in policy.versions if v.is_default).document)
            else:
                documents.append(policy if isinstance(policy, str) else policy["policy_document"])
        return documents


def as_list(value):
    return value if isinstance(value, list) else [value]


def matches(patterns, text):
    return any(re.match("^" + re.escape(p).replace(r"\*", ".*").replace(r"\?", ".") + "$", text, re.I)
               for p in as_list(patterns))


def resources_of(operation, request, region, account):
    """The ARNs a request is about, "*" for none in particular; None where this front cannot tell."""
    if operation.service == "s3":
        path = unquote(request.target.partition("?")[0]).strip("/")
        return [f"arn:aws:s3:::{path}"] if path else ["*"]
    if operation.service == "ec2":
        kinds = {"GroupId": "security-group", "InstanceId": "instance", "VolumeId": "volume",
                 "SnapshotId": "snapshot", "AllocationId": "elastic-ip"}
        found = [f"arn:aws:ec2:{region}:{account}:{kinds[k.partition('.')[0]]}/{v}"
                 for k, v in request.form.items() if k.partition(".")[0] in kinds]
        return ["*"] if operation.name.startswith("Describe") or not found else found
    return None


def holds(condition, facts):
    """Every condition that is known holds; one that is not known does not."""
    for operator, tests in condition.items():
        for key, wanted in tests.items():
            value = facts.get(key.lower())
            if operator in ("StringEquals", "StringLike"):
                good = value is not None and matches(wanted, value)
            elif operator == "StringNotEquals":
                good = value is None or value not in as_list(wanted)
            else:
                good = False
            if not good:
                return False
    return True


def decide(documents, action, resources, facts):
    allowed = False
    for document in documents:
        for statement in as_list(json.loads(document)["Statement"]):
            if "Action" in statement and not matches(statement["Action"], action):
                continue
            if "NotAction" in statement and matches(statement["NotAction"], action):
                continue
            if resources is not None and not all(matches(statement.get("Resource", "*"), r) for r in resources):
                continue
            if not holds(statement.get("Condition", {}), facts):
                continue
            if statement["Effect"] == "Deny":
                return False
            allowed = True
    return allowed


class Front:
    def __init__(self, application, actions):
        self.application, self.actions, self.state = application, actions, State()

    def __call__(self, env, start):
        if env["PATH_INFO"].startswith("/front/"):
            return self.control(env, start)
        if not self.state.strict or env["PATH_INFO"].startswith("/moto-api"):
            return self.application(env, start)
        request = Request(env)
        signing = sigv4.AUTHORIZATION.match(request.headers.get("authorization", ""))
        operation = Operation(request, signing[4].lower() if signing else "sts")
        try:
            identity = self.admit(request, signing, operation)
        except Refused as refused:
            self.note(operation, refused.code, request)
            return self.refuse(start, operation, refused)
        self.note(operation, "ok", request)
        if operation.name.startswith("AssumeRole"):
            return self.assume(env, start, request, identity)
        return self.answer(env, start, operation, request)

    def answer(self, env, start, operation, request):
        token = None if "DryRun" in request.form else request.form.get("ClientToken")
        key, known, kept = (operation.service, operation.name, token), None, []
        if token:
            known = self.state.answers.get(key)
        if known and known[0] != request.form:
            return self.refuse(start, operation, Refused("IdempotentParameterMismatch", 400, "the token was used for other parameters"))
        if known:
            start(known[1], known[2])
            return [known[3]]

        def keep(status, headers, *_):
            kept[:] = [status, headers]

        content = b"".join(self.application(env, keep))
        if token and kept[0].startswith("200"):
            self.state.answers[key] = (request.form, *kept, content)
        if self.state.hold == operation.name:
            self.state.hold = None
            self.state.held += 1
            self.state.released.wait(60)
        start(*kept)
        return [content]

    def control(self, env, start):
        state, query = self.state, {k: v[0] for k, v in parse_qs(env["QUERY_STRING"]).items()}
        what, answer = env["PATH_INFO"].rpartition("/")[2], b""
        with state.lock:
            if what == "strict":
                state.strict = query.get("on") == "1"
            elif what == "skew":
                state.skew = int(query["seconds"])
            elif what == "expire":
                state.expire_after = int(query.get("after", 0))
                self.expire()
            elif what == "limit":
                state.denied = {a.lower() for a in query.get("actions", "").split(",") if a}
            elif what == "hold":
                state.hold = query["operation"]
                state.held = 0
                state.released.clear()
            elif what == "held":
                answer = str(state.held).encode()
            elif what == "release":
                state.released.set()
            elif what == "log":
                answer = "".join(json.dumps(line) + "\n" for line in state.log).encode()
                state.log = []
            elif what == "secrets":
                answer = "".join(secret + "\n" for secret in self.secrets()).encode()
        start("200 OK", [("Content-Type", "text/plain")])
        return [answer]

    def expire(self):
        if self.state.expire_after == 0:
            self.state.expired |= set(self.state.sessions)
            self.state.expire_after = None

    @staticmethod
    def secrets():
        for account in {DEFAULT_ACCOUNT_ID, *iam_backends, *sts_backends}:
            for user in iam_backends[account]["aws"].users.values():
                yield from (key.secret_access_key for key in user.access_keys)
            for role in sts_backends[account]["aws"].assumed_roles:
                yield from (role.secret_access_key, role.session_token)

    def note(self, operation, result, request):
        with self.state.lock:
            if result == "ok" and self.state.expire_after and not operation.name.startswith("AssumeRole"):
                self.state.expire_after -= 1
                self.expire()
            self.state.log.append({"service": operation.service, "operation": operation.name, "result": result,
                                   "actions": self.actions_of(operation), "session": request.form.get("RoleSessionName"),
                                   "policy": request.form.get("Policy"), "code": request.form.get("TokenCode"),
                                   "duration": request.form.get("DurationSeconds")})

    def actions_of(self, operation):
        prefix = self.actions["prefix"].get(operation.service)
        if not prefix:
            metadata = MODELS.get_service_model(operation.service).metadata
            prefix = metadata.get("signingName") or metadata["endpointPrefix"]
        return self.actions["exceptions"].get(f"{operation.service}.{operation.name}") or [f"{prefix}:{operation.name}"]

    def admit(self, request, signing, operation):
        if not signing:
            if request.form.get("Action") == "AssumeRoleWithWebIdentity":
                return None
            raise Refused("MissingAuthenticationToken", 403, "Request is missing Authentication Token")
        identity = Identity(signing[1])
        self.verify(request, signing, operation, identity)
        self.authorize(request, signing, operation, identity)
        return identity

    def verify(self, request, signing, operation, identity):
        access_key, day, region, service, signed, signature = signing.groups()
        headers, signed = request.headers, signed.split(";")
        now = datetime.datetime.utcnow() + datetime.timedelta(seconds=self.state.skew)
        mismatch = "The request signature we calculated does not match the signature you provided."
        if headers.get("x-amz-security-token") != identity.token:
            raise Refused("InvalidClientTokenId", 403, "The security token included in the request is invalid.")
        if access_key in self.state.expired or (identity.expires and identity.expires.replace(tzinfo=None) < now):
            raise Refused("RequestExpired" if operation.protocol == "ec2" else
                          "ExpiredTokenException" if "json" in operation.protocol else "ExpiredToken",
                          400, "The security token included in the request is expired")
        try:
            then = datetime.datetime.strptime(headers.get("x-amz-date", ""), "%Y%m%dT%H%M%SZ")
        except ValueError:
            raise Refused("IncompleteSignature", 400, "Date in X-Amz-Date is missing") from None
        if abs((now - then).total_seconds()) > SKEW or headers["x-amz-date"][:8] != day:
            raise Refused("RequestTimeTooSkewed" if operation.service == "s3" else "SignatureDoesNotMatch", 403,
                          f"Signature expired: {headers['x-amz-date']} is not within {SKEW} s of {now:%Y%m%dT%H%M%SZ}")
        if signed != sorted(signed) or "host" not in signed:
            raise Refused("SignatureDoesNotMatch", 403, mismatch)
        if any(name.startswith("x-amz-") and name not in signed for name in headers):
            raise Refused("SignatureDoesNotMatch", 403, "an x-amz-* header is not signed")
        claimed, actual = headers.get("x-amz-content-sha256"), sigv4.sha256(request.body)
        if operation.service == "s3" and not claimed:
            raise Refused("InvalidRequest", 400, "Missing required header for this request: x-amz-content-sha256")
        if claimed and claimed != actual and not claimed.startswith("UNSIGNED-PAYLOAD"):
            raise Refused("XAmzContentSHA256Mismatch", 400, "the body is not the one that was signed")
        text = sigv4.canonical(request.method, request.target.encode("latin1"), headers, signed, claimed or actual,
                               service == "s3")
        good = sigv4.signature(identity.secret, headers["x-amz-date"], region, service, text)
        if not hmac.compare_digest(good, signature):
            raise Refused("SignatureDoesNotMatch", 403, mismatch)

    def authorize(self, request, signing, operation, identity):
        region = signing[3]
        resources = resources_of(operation, request, region, identity.account)
        facts = {"aws:requestedregion": region}
        for action in self.actions_of(operation):
            if action.lower() == "sts:getcalleridentity":
                continue
            why = None
            if action.lower() in self.state.denied or not decide(identity.own_policies(), action, resources, facts):
                why = "identity-based"
            elif not all(decide([p], action, resources, facts) for p in self.session_policies(signing[1])):
                why = "session"
            if why:
                code = "UnauthorizedOperation" if operation.protocol == "ec2" else \
                    "AccessDeniedException" if "json" in operation.protocol else "AccessDenied"
                raise Refused(code, 403, f"User: {identity.arn} is not authorized to perform: {action} "
                                         f"because no {why} policy allows the {action} action")

    def session_policies(self, access_key):
        return self.state.sessions.get(access_key, [])

    def assume(self, env, start, request, identity):
        """Lets moto make the session, and keeps its policies, which moto would forget."""
        policies = [request.form["Policy"]] if request.form.get("Policy") else []
        account = request.form.get("RoleArn", "::::").split(":")[4]
        if sum(map(len, policies)) > POLICY_LIMIT:
            return self.refuse(start, Operation(request, "sts"),
                               Refused("ValidationError", 400, "'policy' failed to satisfy constraint: length"))
        managed = []
        for name, arn in request.form.items():
            if name.startswith("PolicyArns."):
                policy = iam_backends[account]["aws"].managed_policies.get(arn)
                if not policy:
                    return self.refuse(start, Operation(request, "sts"), Refused("ValidationError", 400, "no " + arn))
                managed += as_list(json.loads(next(v for v in policy.versions if v.is_default).document)["Statement"])
        inline = [s for p in policies for s in as_list(json.loads(p)["Statement"])]
        try:
            self.check_trust(request, identity)
        except Refused as refused:
            return self.refuse(start, Operation(request, "sts"), refused)
        content = b"".join(self.application(env, start))
        key = re.search(rb"<AccessKeyId>([^<]+)<", content)
        if key:
            with self.state.lock:
                # The union of all session policies is what the session may do at most.
                self.state.sessions[key[1].decode()] = [json.dumps({"Statement": inline + managed})] \
                    if inline or managed else []
        return [content]

    def check_trust(self, request, identity):
        arn = request.form.get("RoleArn", "")
        roles = iam_backends[arn.split(":")[4]]["aws"].roles.values() if arn.count(":") >= 5 else []
        role = next((r for r in roles if r.arn == arn), None)
        facts = {"sts:externalid": request.form.get("ExternalId")}
        callers = {"*"} if identity is None else {
            "*", identity.arn, identity.account, f"arn:aws:iam::{identity.account}:root"}
        for statement in as_list(json.loads(role.assume_role_policy_document)["Statement"]) if role else []:
            principal = statement.get("Principal", {})
            names = as_list(principal if isinstance(principal, str) else
                            principal.get("Federated" if identity is None else "AWS", []))
            if (identity is None and names or callers & set(names)) and holds(statement.get("Condition", {}), facts):
                return
        raise Refused("AccessDenied", 403, f"User: {identity.arn if identity else 'anonymous'} is not authorized to "
                                           f"perform: sts:AssumeRole on resource: {arn}")

    def refuse(self, start, operation, refused):
        kind, code, message = "text/xml", refused.code, refused.message
        if "json" in operation.protocol:
            kind, body = "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message})
        elif operation.protocol == "ec2":
            if code in ("InvalidClientTokenId", "SignatureDoesNotMatch"):
                code = "AuthFailure"
            body = (f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
                    "<RequestID>front-1</RequestID></Response>")
        elif operation.service == "s3":
            body = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>front-1</RequestId></Error>"
        else:
            body = (f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
                    "<RequestId>front-1</RequestId></ErrorResponse>")
        date = datetime.datetime.utcnow() + datetime.timedelta(seconds=self.state.skew)
        start(f"{refused.status} Refused", [("Content-Type", kind), ("x-amzn-errortype", code),
                                            ("x-amzn-requestid", "front-1"),
                                            ("Date", date.strftime("%a, %d %b %Y %H:%M:%S GMT"))])
        return [body.encode()]


if __name__ == "__main__":
    Operation.load()
    with open(sys.argv[2]) as f:
        ACTIONS = json.load(f)
    wsgi.serve(Front(DomainDispatcherApplication(create_backend_app), ACTIONS), sys.argv[1])
