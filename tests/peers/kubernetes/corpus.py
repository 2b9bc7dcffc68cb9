"""Sends the requests of corpus.tsv to a server and prints what matters of each answer, a line each.
usage: corpus.py URL CA TOKEN CORPUS
"""
import json
import ssl
import sys
import urllib.error
import urllib.request

URL, CA, TOKEN, CORPUS = sys.argv[1:5]
CONTEXT = ssl.create_default_context(cafile=CA)


def send(method, path, kind, body):
    headers = {"Authorization": "Bearer " + TOKEN, "Accept": "application/json"}
    if kind:
        headers["Content-Type"] = kind
    request = urllib.request.Request(URL + path, data=body.encode() if body else None, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, context=CONTEXT, timeout=20) as f:
            return f.status, f.headers["Content-Type"], f.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.headers["Content-Type"], e.read().decode()


def told(answer):
    """Without what differs from one server, or one run, to the next."""
    if answer.get("kind") == "Status":
        details = answer.get("details") or {}
        return {k: v for k, v in {
            "status": answer.get("status"), "reason": answer.get("reason"), "code": answer.get("code"),
            "message": answer.get("message") if answer.get("reason") in ("NotFound", "AlreadyExists") else None,
            "name": details.get("name"), "kind": details.get("kind"),
            "causes": [c.get("reason") for c in details.get("causes", [])]}.items() if v}
    metadata = answer.get("metadata", {})
    if "items" in answer:
        return {"list": answer["kind"], "of": answer["apiVersion"], "continue": "continue" in metadata,
                "remaining": metadata.get("remainingItemCount"), "version": bool(metadata.get("resourceVersion")),
                "items": [[i["metadata"]["name"], i.get("data"), sorted(set(i) & {"kind", "apiVersion"})] for i in answer["items"]]}
    return {"kind": answer.get("kind"), "name": metadata.get("name"), "namespace": metadata.get("namespace"), "data": answer.get("data"),
            "uid": bool(metadata.get("uid")), "version": bool(metadata.get("resourceVersion"))}


kept = {}
for line in open(CORPUS):
    if line.startswith("#"):
        continue
    words = (line.rstrip("\n").split("\t") + ["", "", ""])[:4]
    plain = words[0] + " " + words[1]
    for name, value in kept.items():
        words = [w.replace(name, value) for w in words]
    status, kind, text = send(*words)
    try:
        answer = json.loads(text)
        kept["@NEXT"] = answer.get("metadata", {}).get("continue") or kept.get("@NEXT", "@NEXT")
        if answer.get("metadata", {}).get("name") == "c0" and "@UID" not in kept:
            kept["@UID"], kept["@RV"] = answer["metadata"]["uid"], answer["metadata"]["resourceVersion"]
        shown = json.dumps(told(answer), sort_keys=True)
    except ValueError:
        shown = json.dumps(text)
    print(plain, status, kind.split(";")[0], shown, sep="\t")
