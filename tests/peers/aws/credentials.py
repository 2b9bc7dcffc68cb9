# SPDX-License-Identifier: Apache-2.0
"""credentials.py DRIVER APIS: set-ups of files, environment and servers, each asked of botocore and of DRIVER; TAP.

The servers hand out credentials that are made of the request, so equal credentials mean equal requests: who
signed, for which role, with which external id, duration, code and token.
"""
import datetime
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

HOME = tempfile.mkdtemp(prefix="aws-credentials.")
for name in [n for n in os.environ if n.startswith("AWS_")]:
    del os.environ[name]
os.environ["HOME"] = HOME  # before botocore is loaded: it keeps the folder of SSO tokens
import botocore.session  # noqa: E402

DRIVER, APIS = sys.argv[1:3]
SOON = (datetime.datetime.utcnow() + datetime.timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%SZ")
NEAR = (datetime.datetime.utcnow() + datetime.timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%SZ")
PAST = "2020-01-01T00:00:00Z"


def made_of(*parts):
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest().upper()
    return "ASIA" + digest[:16], digest[16:40].lower(), "token-" + digest[40:60]


class Stand(BaseHTTPRequestHandler):
    """STS, SSO, a container's agent and an instance's metadata service."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, body, status=200, kind="application/json"):
        data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()

    def do_PUT(self):
        self.body()
        if self.path == "/v2/latest/api/token":
            return self.send("imds-token", kind="text/plain")
        self.send("no", 404, "text/plain")

    def do_GET(self):
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path == "/federation/credentials":
            key, secret, token = made_of("sso", query, self.headers.get("x-amz-sso_bearer_token"))
            return self.send({"roleCredentials": {"accessKeyId": key, "secretAccessKey": secret, "sessionToken": token,
                                                  "expiration": 32503680000000}})
        if path.startswith("/container"):
            return self.container(path)
        if path.startswith(("/v1/", "/v2/")):
            return self.instance(path)
        self.send({"message": "no"}, 404)

    def container(self, path):
        key, secret, token = made_of("container", path, self.headers.get("Authorization"))
        whole = {"AccessKeyId": key, "SecretAccessKey": secret, "Token": token, "Expiration": SOON}
        if path.endswith("/partial"):
            del whole["SecretAccessKey"]
        if path.endswith("/broken"):
            return self.send("{", 200)
        self.send(whole, 403 if path.endswith("/denied") else 200)

    def instance(self, path):
        name = "/latest/meta-data/iam/security-credentials/"
        if path.startswith("/v2/") and self.headers.get("x-aws-ec2-metadata-token") != "imds-token":
            return self.send("", 401)
        if path[3:] == name:
            return self.send("the-role", kind="text/plain")
        key, secret, token = made_of("instance", path)
        self.send({"Code": "Success", "AccessKeyId": key, "SecretAccessKey": secret, "Token": token, "Expiration": SOON})

    def do_POST(self):
        if self.path == "/token":
            asked = json.loads(self.body())
            if asked["refreshToken"] == "refused":
                return self.send({"error": "invalid_grant", "error_description": "no"}, 400)
            answer = {"accessToken": "renewed-" + asked["refreshToken"], "expiresIn": 28800, "refreshToken": "next", "tokenType": "Bearer"}
            if asked["refreshToken"] == "last":
                del answer["refreshToken"]
            return self.send(answer)
        form = {k: v[0] for k, v in parse_qs(self.body(), keep_blank_values=True).items()}
        if form["RoleSessionName"].startswith(("botocore-session-", "cloudops-session-")):
            form["RoleSessionName"] = "made up"
        signer = (self.headers.get("Authorization") or "").partition("Credential=")[2].partition("/")[0]
        key, secret, token = made_of("sts", form, signer, self.headers.get("X-Amz-Security-Token"))
        if form["RoleArn"].endswith("/denied"):
            return self.send("<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error>"
                             "<RequestId>r</RequestId></ErrorResponse>", 403, "text/xml")
        action = form["Action"]
        self.send(f"<{action}Response xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><{action}Result><Credentials>"
                  f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey>"
                  f"<SessionToken>{token}</SessionToken><Expiration>{SOON}</Expiration></Credentials>"
                  f"</{action}Result></{action}Response>", kind="text/xml")


SERVER = ThreadingHTTPServer(("127.0.0.1", 0), Stand)
SERVER.daemon_threads = True
threading.Thread(target=SERVER.serve_forever, daemon=True).start()
URL = f"http://127.0.0.1:{SERVER.server_port}"
ALWAYS = {"HOME": HOME, "PATH": os.environ["PATH"], "AWS_ENDPOINT_URL_STS": URL, "AWS_ENDPOINT_URL_SSO": URL,
          "AWS_ENDPOINT_URL_SSO_OIDC": URL, "AWS_EC2_METADATA_DISABLED": "true"}

# ---- the set-ups: (name, {file: content}, {variable: value}, profile asked for by name)

KEYS = "aws_access_key_id = AKIDFILE\naws_secret_access_key = secret/of+file=\n"
ROLE = "arn:aws:iam::123456789012:role/"
ENV = {"AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "secret-of-env"}
REGION = {"AWS_DEFAULT_REGION": "eu-west-1"}
SSO_PROFILE = ("sso_account_id = 123456789012\nsso_role_name = reader\n")
SSO_OLD = SSO_PROFILE + "sso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n"
SSO_NEW = SSO_PROFILE + "sso_session = corp\n"
SESSION = "[sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n"


def sso_path(name):
    return f".aws/sso/cache/{hashlib.sha1(name.encode()).hexdigest()}.json"


def sso_file(name, **token):
    return {sso_path(name): json.dumps(token)}


def script(text):
    return {"helper": "#!/bin/sh\n" + text}


def answers(**members):
    return script("cat <<'END'\n" + json.dumps(dict({"Version": 1}, **members)) + "\nEND\n")


PROCESS = {".aws/config": f"[default]\ncredential_process = {HOME}/helper\n"}
WEB = {"AWS_ROLE_ARN": ROLE + "web", "AWS_WEB_IDENTITY_TOKEN_FILE": HOME + "/jwt", **REGION}
FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
IMDS = {"AWS_EC2_METADATA_DISABLED": "false"}
START = "https://example.awsapps.com/start"
RENEWABLE = dict(clientId="c", clientSecret="s", refreshToken="r1", registrationExpiresAt=SOON)


def config(text):
    return {".aws/config": text}


def both(text, credentials):
    return {".aws/config": text, ".aws/credentials": credentials}


SETUPS = [
    ("nothing at all", {}, {}, None),
    ("keys in the environment", {}, ENV, None),
    ("with a token", {}, {**ENV, "AWS_SESSION_TOKEN": "t"}, None),
    ("with a token of the old name", {}, {**ENV, "AWS_SECURITY_TOKEN": "old", "AWS_SESSION_TOKEN": "new"}, None),
    ("with an empty token", {}, {**ENV, "AWS_SESSION_TOKEN": ""}, None),
    ("half a pair in the environment", {}, {"AWS_ACCESS_KEY_ID": "AKID"}, None),
    ("an empty key in the environment", {".aws/credentials": "[default]\n" + KEYS}, {"AWS_ACCESS_KEY_ID": ""}, None),
    ("that expire", {}, {**ENV, "AWS_SESSION_TOKEN": "t", "AWS_CREDENTIAL_EXPIRATION": SOON}, None),
    ("environment before files", {".aws/credentials": "[default]\n" + KEYS}, ENV, None),
    ("environment before AWS_PROFILE", {".aws/credentials": "[p]\n" + KEYS}, {**ENV, "AWS_PROFILE": "p"}, None),
    ("a profile by name before the environment", {".aws/credentials": "[p]\n" + KEYS}, ENV, "p"),
    ("AWS_PROFILE", {".aws/credentials": "[p]\n" + KEYS}, {"AWS_PROFILE": "p"}, None),
    ("AWS_DEFAULT_PROFILE before it", {".aws/credentials": "[p]\n" + KEYS + "[q]\naws_access_key_id=Q\naws_secret_access_key=q\n"},
     {"AWS_PROFILE": "p", "AWS_DEFAULT_PROFILE": "q"}, None),
    ("a profile that is not there", {".aws/credentials": "[p]\n" + KEYS}, {}, "absent"),
    ("AWS_PROFILE that is not there", {".aws/credentials": "[default]\n" + KEYS}, {"AWS_PROFILE": "absent"}, None),
    ("keys in the credentials file", {".aws/credentials": "[default]\n" + KEYS + "aws_session_token = t\n"}, {}, None),
    ("keys in the config file", config("[default]\n" + KEYS), {}, None),
    ("in both: the credentials file", both("[default]\naws_access_key_id=C\naws_secret_access_key=c\n", "[default]\n" + KEYS), {}, None),
    ("half a pair in the credentials file", {".aws/credentials": "[default]\naws_access_key_id = A\n"}, {}, None),
    ("half a pair in each file", both("[default]\naws_secret_access_key=c\n", "[default]\naws_access_key_id=A\n"), {}, None),
    ("files elsewhere", {"c": "[profile p]\nregion = eu-west-3\n", "k": "[p]\n" + KEYS},
     {"AWS_CONFIG_FILE": HOME + "/c", "AWS_SHARED_CREDENTIALS_FILE": "~/k"}, "p"),
    ("a section without \"profile\"", config("[p]\n" + KEYS), {}, "p"),
    ("a name in quotes", config("[profile \"a b\"]\n" + KEYS), {}, "a b"),
    ("colons, capitals, no comment", config("[default]\nAWS_Access_Key_Id: AK # not a comment\naws_secret_access_key:s=;#\n"), {}, None),
    ("indented values", config("[default]\ns3 =\n  x = 1\n  y = 2\n" + KEYS + "region =\n"), {}, None),
    ("a continued value", {".aws/credentials": "[default]\naws_access_key_id = A\n   B\naws_secret_access_key = s\n"}, {}, None),
    ("a section twice", config("[default]\n" + KEYS + "[default]\nregion = x\n"), {}, None),
    ("a key twice", {".aws/credentials": "[default]\n" + KEYS + KEYS}, {}, None),
    ("no section", config("region = x\n"), {}, None),
    ("a line without a separator", config("[default]\nregion\n"), {}, None),
    ("a nested line without one", config("[default]\ns3 =\n  x\n"), {}, None),
    ("no text", {".aws/credentials": "[default]\naws_access_key_id = \udcff\n"}, {}, None),
    ("CR LF", {".aws/credentials": "[default]\r\n" + KEYS.replace("\n", "\r\n")}, {}, None),
    ("[DEFAULT]", config("[DEFAULT]\n" + KEYS + "[profile p]\nregion = x\n"), {}, "p"),
    ("a role of another profile", both(f"[default]\nregion=eu-west-1\n[profile r]\nregion=eu-west-1\nrole_arn={ROLE}a\nsource_profile=default\n",
                                       "[default]\n" + KEYS), {}, "r"),
    ("with external id, duration and name", both(
        f"[profile r]\nrole_arn={ROLE}a\nsource_profile=default\nexternal_id=x y\nduration_seconds= 1800\nrole_session_name=me\n",
        "[default]\n" + KEYS), REGION, "r"),
    ("a duration that is none", both(f"[profile r]\nrole_arn={ROLE}a\nsource_profile=default\nduration_seconds=1h\n", "[default]\n" + KEYS),
     REGION, "r"),
    ("a chain of roles", both(f"[profile a]\nrole_arn={ROLE}a\nsource_profile=b\n[profile b]\nrole_arn={ROLE}b\nsource_profile=c\n",
                              "[c]\n" + KEYS), REGION, "a"),
    ("its own source", config(f"[profile r]\nrole_arn={ROLE}a\nsource_profile=r\n" + KEYS), REGION, "r"),
    ("keys of the source before its role", config(f"[profile r]\nrole_arn={ROLE}a\nsource_profile=s\n[profile s]\nrole_arn={ROLE}s\n"
                                                  "source_profile=r\n" + KEYS), REGION, "r"),
    ("a circle", config(f"[profile a]\nrole_arn={ROLE}a\nsource_profile=b\n[profile b]\nrole_arn={ROLE}b\nsource_profile=a\n"), REGION, "a"),
    ("its own source without keys", config(f"[profile a]\nrole_arn={ROLE}a\nsource_profile=a\n"), REGION, "a"),
    ("a source that is not there", config(f"[profile a]\nrole_arn={ROLE}a\nsource_profile=b\n"), REGION, "a"),
    ("a source without credentials", config(f"[profile a]\nrole_arn={ROLE}a\nsource_profile=b\n[profile b]\nregion=x\n"), REGION, "a"),
    ("a role without source", config(f"[profile a]\nrole_arn={ROLE}a\n"), REGION, "a"),
    ("both kinds of source", config(f"[profile a]\nrole_arn={ROLE}a\nsource_profile=default\ncredential_source=Environment\n[default]\n" + KEYS),
     REGION, "a"),
    ("a role without region", both(f"[profile r]\nrole_arn={ROLE}a\nsource_profile=default\n", "[default]\n" + KEYS), {}, "r"),
    ("a role that is refused", both(f"[profile r]\nrole_arn={ROLE}denied\nsource_profile=default\n", "[default]\n" + KEYS), REGION, "r"),
    ("credential_source Environment", config(f"[profile r]\nrole_arn={ROLE}a\ncredential_source=Environment\n"), {**ENV, **REGION}, "r"),
    ("which is empty", config(f"[profile r]\nrole_arn={ROLE}a\ncredential_source=Environment\n"), REGION, "r"),
    ("credential_source EcsContainer", config(f"[profile r]\nrole_arn={ROLE}a\ncredential_source=EcsContainer\n"),
     {FULL: URL + "/container/c", **REGION}, "r"),
    ("credential_source Ec2InstanceMetadata", config(f"[profile r]\nrole_arn={ROLE}a\ncredential_source=Ec2InstanceMetadata\n"),
     {**IMDS, "AWS_EC2_METADATA_SERVICE_ENDPOINT": URL + "/v2/", **REGION}, "r"),
    ("credential_source of another spelling", config(f"[profile r]\nrole_arn={ROLE}a\ncredential_source=environment\n"), {**ENV, **REGION}, "r"),
    ("a source of SSO", {**config(f"[profile r]\nrole_arn={ROLE}a\nsource_profile=s\n[profile s]\n" + SSO_OLD),
                         **sso_file(START, accessToken="at", expiresAt=SOON)}, REGION, "r"),
    ("a source that is a program", {**config(f"[profile r]\nrole_arn={ROLE}a\nsource_profile=s\n[profile s]\ncredential_process={HOME}/helper\n"),
                                    **answers(AccessKeyId="P", SecretAccessKey="p")}, REGION, "r"),
    ("web identity of the environment", {"jwt": "a.b.c\n"}, WEB, None),
    ("with a session name", {"jwt": "a.b.c"}, {**WEB, "AWS_ROLE_SESSION_NAME": "pod"}, None),
    ("before the files", {"jwt": "a.b.c", ".aws/credentials": "[default]\n" + KEYS}, WEB, None),
    ("not for a profile by name", {"jwt": "a.b.c", ".aws/credentials": "[p]\n" + KEYS}, WEB, "p"),
    ("web identity of a profile", {"jwt": "x.y.z", **config(f"[profile w]\nrole_arn={ROLE}w\nweb_identity_token_file={HOME}/jwt\n")}, REGION, "w"),
    ("as a source", {"jwt": "x.y.z", **config(f"[profile w]\nrole_arn={ROLE}w\nweb_identity_token_file={HOME}/jwt\n"
                                          f"[profile r]\nrole_arn={ROLE}r\nsource_profile=w\n")}, REGION, "r"),
    ("web identity without a file", {}, WEB, None),
    ("web identity without a role", {"jwt": "x.y.z"}, {"AWS_WEB_IDENTITY_TOKEN_FILE": HOME + "/jwt", **REGION}, None),
    ("SSO of a profile", {**config("[profile s]\n" + SSO_OLD), **sso_file(START, accessToken="at", expiresAt=SOON)}, REGION, "s"),
    ("SSO with an expired token", {**config("[profile s]\n" + SSO_OLD), **sso_file(START, accessToken="at", expiresAt=PAST)}, REGION, "s"),
    ("SSO without a token", config("[profile s]\n" + SSO_OLD), REGION, "s"),
    ("SSO with half the settings", config("[profile s]\n" + SSO_PROFILE), REGION, "s"),
    ("SSO by session", {**config("[profile s]\n" + SSO_NEW + SESSION), **sso_file("corp", accessToken="at", expiresAt=SOON)}, REGION, "s"),
    ("SSO token renewed", {**config("[profile s]\n" + SSO_NEW + SESSION), **sso_file("corp", accessToken="at", expiresAt=PAST, **RENEWABLE)},
     REGION, "s"),
    ("SSO session that is not there", config("[profile s]\n" + SSO_NEW), REGION, "s"),
    ("SSO session that differs", config("[profile s]\nsso_region = other\n" + SSO_NEW + SESSION), REGION, "s"),
    ("SSO token that is no JSON", {**config("[profile s]\n" + SSO_OLD), sso_path(START): "{"},
     REGION, "s"),
    *((f"SSO token that is {what}", {**config("[profile s]\n" + SSO_NEW + SESSION), sso_path("corp"): text}, REGION, "s") for what, text in [
        ("empty", ""), ("a list", "[]"), ("a text", '"at"'), ("null", "null"), ("no object", "1"), ("without a token", json.dumps({"expiresAt": SOON})),
        ("without a time", json.dumps({"accessToken": "at"})), ("of a time that is none", json.dumps({"accessToken": "at", "expiresAt": "soon"})),
        ("of a time that is a number", json.dumps({"accessToken": "at", "expiresAt": 1})), ("null within", json.dumps({"accessToken": None, "expiresAt": SOON})),
        ("of the old form of time", json.dumps({"accessToken": "at", "expiresAt": SOON.replace("Z", "UTC")})),
        ("of bytes", "\udcff\udcfe"), ("cut", json.dumps({"accessToken": "at", "expiresAt": SOON})[:-4]),
        ("followed by more", json.dumps({"accessToken": "at", "expiresAt": SOON}) + "x")]),
    *((f"SSO token with a renewal that {what}", {**config("[profile s]\n" + SSO_NEW + SESSION), **sso_file("corp", **{
        "accessToken": "at", "expiresAt": PAST, **RENEWABLE, **more})}, REGION, "s") for what, more in [
        ("has expired", {"registrationExpiresAt": PAST}), ("is refused", {"refreshToken": "refused"}), ("gives no other renewal", {"refreshToken": "last"})]),
    ("SSO token that is good and whose renewal is refused", {**config("[profile s]\n" + SSO_NEW + SESSION), **sso_file(
        "corp", **{**RENEWABLE, "accessToken": "at", "expiresAt": NEAR, "refreshToken": "refused"})}, REGION, "s"),
    ("SSO token that is good and soon renewed", {**config("[profile s]\n" + SSO_NEW + SESSION), **sso_file(
        "corp", accessToken="at", expiresAt=NEAR, **RENEWABLE)}, REGION, "s"),
    ("a program", {**PROCESS, **answers(AccessKeyId="P", SecretAccessKey="p", SessionToken="t", Expiration=SOON)}, {}, None),
    ("a program's keys for ever", {**PROCESS, **answers(AccessKeyId="P", SecretAccessKey="p")}, {}, None),
    ("a program with arguments", {**config(f"[default]\ncredential_process = {HOME}/helper 'a b' \"c\\\"d\" e\\ f $HOME\n"),
                                  **script('printf \'{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"%s"}\' "$1" "$2|$3|$4"\n'.replace('$2', '$(echo "$2" | tr -d \\")'))},
     {}, None),
    ("a program that fails", {**PROCESS, **script("echo no >&2; exit 3\n")}, {}, None),
    ("a program of another version", {**PROCESS, **answers(Version=2, AccessKeyId="P", SecretAccessKey="p")}, {}, None),
    ("a program that lacks a key", {**PROCESS, **answers(AccessKeyId="P")}, {}, None),
    ("a program that prints nonsense", {**PROCESS, **script("echo nonsense\n")}, {}, None),
    ("a program that is not there", config("[default]\ncredential_process = /absent/program\n"), {}, None),
    ("a program with an open quote", config("[default]\ncredential_process = 'x\n"), {}, None),
    ("keys before a program", {**both(PROCESS[".aws/config"], "[default]\n" + KEYS), **answers(AccessKeyId="P", SecretAccessKey="p")}, {}, None),
    ("a program before keys of the config file", {**config(PROCESS[".aws/config"] + KEYS), **answers(AccessKeyId="P", SecretAccessKey="p")},
     {}, None),
    ("a container", {}, {FULL: URL + "/container/a"}, None),
    ("with a token", {}, {FULL: URL + "/container/a", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer x"}, None),
    ("with a token in a file", {"t": "from file"}, {FULL: URL + "/container/a", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": HOME + "/t",
                                                     "AWS_CONTAINER_AUTHORIZATION_TOKEN": "not this"}, None),
    ("with a token of two lines", {"t": "a\nb"}, {FULL: URL + "/container/a", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": HOME + "/t"}, None),
    ("a container that is far away", {}, {FULL: "http://192.0.2.1/x"}, None),
    ("a container that lacks a key", {}, {FULL: URL + "/container/partial"}, None),
    ("a container that refuses", {}, {FULL: URL + "/container/denied"}, None),
    ("files before a container", {".aws/credentials": "[default]\n" + KEYS}, {FULL: URL + "/container/a"}, None),
    ("an instance", {}, {**IMDS, "AWS_EC2_METADATA_SERVICE_ENDPOINT": URL + "/v2"}, None),
    ("an instance of version 1", {}, {**IMDS, "AWS_EC2_METADATA_SERVICE_ENDPOINT": URL + "/v1/"}, None),
    ("which is switched off", {}, {**IMDS, "AWS_EC2_METADATA_SERVICE_ENDPOINT": URL + "/v1/", "AWS_EC2_METADATA_V1_DISABLED": "true"}, None),
    ("an instance without a role", {}, {**IMDS, "AWS_EC2_METADATA_SERVICE_ENDPOINT": URL + "/absent/"}, None),
    ("a container before an instance", {}, {**IMDS, "AWS_EC2_METADATA_SERVICE_ENDPOINT": URL + "/v2/", FULL: URL + "/container/a"}, None),
]

# Where an error is one of ours in botocore too, though not of the same kind.
KINDS = {
    "ProfileNotFound": "no-profile", "NoRegionError": "no-region", "ConfigParseError": "bad-config",
    "ClientError": "access-denied", "ValueError": "bad-config", "InvalidConfigError": "bad-config", "PartialCredentialsError": "bad-config", "InfiniteLoopConfigError": "bad-config",
}
# Failures that we tell where botocore goes on, or tell otherwise, each for a reason.
APART = {
    "which is switched off": "botocore raises; to us the source is simply not there",
}


def write(files):
    for name in os.listdir(HOME):
        path = os.path.join(HOME, name)
        shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
    for name, content in files.items():
        path = os.path.join(HOME, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as f:
            f.write(content)
        os.chmod(path, 0o700)


def ask_botocore(env, profile):
    os.environ.clear()
    os.environ.update(env)
    try:
        session = botocore.session.Session(profile=profile)
        session.get_scoped_config()
        found = session.get_credentials()
        if found is None:
            return {"error": "no-credentials"}
        frozen = found.get_frozen_credentials()
        return {k: v for k, v in {"method": found.method, "key": frozen.access_key, "secret": frozen.secret_key,
                                  "token": frozen.token, "region": session.get_config_variable("region")}.items()
                if v}
    except Exception as error:  # whatever it is: we must fail, too
        return {"error": KINDS.get(type(error).__name__, "no-credentials"), "message": f"{type(error).__name__}: {error}"}


def ask_ours(env, profile):
    done = subprocess.run([DRIVER, APIS, *([profile] if profile else [])], env=env, capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout) if done.stdout else {"crash": done.returncode, "stderr": done.stderr}


def same(name, theirs, ours):
    if "error" in theirs or "error" in ours:
        return name in APART or ("error" in theirs and theirs["error"] == ours.get("error"))
    return {**theirs, "region": None} == {**ours, "region": None} and (theirs.get("region") or "") == (ours.get("region") or "")


def kept():
    """The SSO tokens as they stand in their folder, and when they expire."""
    folder, tokens, times = os.path.join(HOME, ".aws/sso/cache"), {}, []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        with open(os.path.join(folder, name), "rb") as f:
            text = f.read()
        try:
            token = json.loads(text)
            times.append(datetime.datetime.strptime(token.pop("expiresAt"), "%Y-%m-%dT%H:%M:%SZ").timestamp())
            tokens[name] = token
        except (ValueError, TypeError, KeyError, AttributeError):
            tokens[name] = text
    return tokens, times


def keep_the_same(ours, theirs):
    """Fresh tokens were made at nearly the same time."""
    return ours[0] == theirs[0] and len(ours[1]) == len(theirs[1]) and all(abs(a - b) < 300 for a, b in zip(ours[1], theirs[1]))


failed = 0
print(f"1..{len(SETUPS)}")
for number, (name, files, variables, profile) in enumerate(SETUPS, 1):
    env = {**ALWAYS, **variables}
    write(files)
    theirs = ask_botocore(env, profile)
    theirs_kept = kept()
    write(files)
    ours = ask_ours(env, profile)
    good = same(name, theirs, ours)
    if not keep_the_same(kept(), theirs_kept):
        good = False
        print(f"# botocore keeps: {theirs_kept}\n# ours keeps:     {kept()}", flush=True)
    elif any(p.startswith(".aws/sso/cache") for p in files) and "error" not in ours and not same(name, ask_botocore(env, profile), ours):
        good = False
        print("# what we keep is not what botocore can use", flush=True)
    print(f"{'ok' if good else 'not ok'} {number} - {name}: {ours.get('method') or ours.get('error')}", flush=True)
    if not good:
        failed += 1
        print(f"# botocore: {theirs}\n# ours:     {ours}", flush=True)
shutil.rmtree(HOME)
sys.exit(1 if failed else 0)
