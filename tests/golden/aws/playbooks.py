# SPDX-License-Identifier: Apache-2.0
"""Plays every AWS playbook on recorded answers. A case is tests/golden/playbooks/PLAYBOOK/CASE.json:
say (a sentence; else the playbook by name), inventory (aws/NAME.yaml), params, steps (answers by step),
targets (the same for one target, over steps), and what must come out: findings, summary, status.
An answer is what `aws ... --output json` prints; {"error": [ID, MESSAGE]} fails; {"each": {ITEM: ANSWER}}
answers a repeated step; a step that is not in the case is answered with {}.
CASE NOW BIN; with UPDATE set, writes what came out into the case."""
import calendar, hashlib, json, os, subprocess, sys, tempfile, time

ID, AT = "01JDBV4K6T5R9M3ZC8Q0W2XNYH", "2026-11-23T06:00:00Z"
HERE = os.path.dirname(os.path.abspath(__file__))


def canonical(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def tool(name, document, *args):
    done = subprocess.run([name, "--now", AT, *args], input=json.dumps(document).encode(), capture_output=True)
    if not done.stdout:
        sys.exit(f"{name}: exit {done.returncode}: {done.stderr.decode()}")
    return json.loads(done.stdout), done.stderr.decode()


def write(directory, step, given, n, answer):
    key = {"step": step["id"], "call": step["call"], "target": step["target"], "with": given, "n": n}
    outcome = {"output": answer}
    if isinstance(answer, dict) and "error" in answer:
        code, message = answer["error"]
        outcome = {"error": {"code": -5, "id": code, "message": message}}
    with open(f"{directory}/{hashlib.sha256(canonical(key)).hexdigest()}.json", "w") as file:
        json.dump({**key, "co": "exchange/1", "ms": 1, **outcome}, file)


def jq(program, scope):
    names = [w for name, value in scope.items() for w in ("--argjson", name, json.dumps(value))]
    done = subprocess.run(["jq", "-nc", *names, program], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"jq: {done.stderr}\n{program}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def filled(value, scope):
    """What co-exec makes of the expressions that are left in a plan; here they are always a whole string."""
    if isinstance(value, dict):
        return {k: filled(v, scope) for k, v in value.items()}
    if isinstance(value, list):
        return [filled(v, scope) for v in value]
    return jq(value[2:-1], scope)[0] if isinstance(value, str) and value.startswith("${") else value


def calls_of(step, scope):
    """The parameters of each call of a step, and the item it is about."""
    if "foreach" not in step:
        return [(filled(step["with"], scope), None)]
    return [(filled(step["with"], {**scope, "item": item}), item) for item in jq(step["foreach"], scope)]


def answer_to(answer, item):
    if item is None:
        return answer
    return answer.get("each", {}).get(item if isinstance(item, str) else json.dumps(item), {})


def seen(answer, items, step):
    """A step's output as expressions see it: nothing when it failed, {} when it said that there is none."""
    def one(value):
        if not isinstance(value, dict) or "error" not in value:
            return value
        return {} if any(code in value["error"][1] for code in step.get("absent", [])) else None
    if "foreach" in step:
        return [one(answer_to(answer, item)) for item in items]
    return one(answer)


def record(directory, plan, decision, case):
    with open(f"{directory}/run-{decision}.json", "w") as file:
        json.dump({"started": AT, "ended": AT}, file)
    now = calendar.timegm(time.strptime(AT, "%Y-%m-%dT%H:%M:%SZ"))
    outputs = {}
    for step in plan["steps"]:
        identity, _, target = step["id"].partition("@")
        name = identity.split(".")[-1]
        own = outputs.setdefault((identity[: -len(name)], target), {})
        answer = case.get("targets", {}).get(target, {}).get(name, case.get("steps", {}).get(name, {}))
        scope = {"params": step.get("params", plan.get("params", {})), "target": step["target"], "steps": own,
                 "window": plan.get("window"), "now": now}
        calls = calls_of(step, scope)
        own[name] = seen(answer, [item for _, item in calls], step)
        for n, (given, item) in enumerate(calls):
            write(directory, step, given, n, answer_to(answer, item))


def play(path):
    with open(path) as file:
        case = json.load(file)
    playbook = os.path.basename(os.path.dirname(path))
    os.environ["CLOUDOPS_CONFIG"] = f"{HERE}/{case.get('inventory', 'one')}.yaml"
    document = {"co": "run/1", "id": ID}
    args = ["--playbook", playbook]
    if "say" in case:
        done = subprocess.run(["co-intent", "--now", AT, case["say"]], capture_output=True, env={**os.environ, "TZ": "UTC"})
        document = json.loads(done.stdout)
        document["id"] = ID
        args = []
    document, said = tool("co-plan", document, *args, *(w for p in case.get("params", []) for w in ("--param", p)))
    if "plan" not in document:
        sys.exit(said)
    if document["plan"]["playbook"]["name"] != playbook:
        sys.exit(f"planned {document['plan']['playbook']['name']}")
    with tempfile.TemporaryDirectory() as directory:
        record(directory, document["plan"], hashlib.sha256(canonical(document["plan"])).hexdigest(), case)
        document, said = tool("co-exec", document, "--replay", directory)
    if "execution" not in document:
        sys.exit(said)
    got = {
        "findings": [{k: v for k, v in f.items() if k != "playbook"} for f in document.get("findings", [])],
        "summary": document.get("summary", {}).get("text", []),
        "status": document["execution"]["status"],
    }
    return case, got, document, said


if __name__ == "__main__":
    case, got, document, said = play(sys.argv[1])
    if len(sys.argv) > 2:  # the whole document, to be reported
        print(json.dumps(document))
        sys.exit()
    if os.environ.get("UPDATE"):
        with open(sys.argv[1], "w") as file:
            json.dump({**case, **got}, file, indent=2, ensure_ascii=False)
            file.write("\n")
        case = {**case, **got}
    for member, value in got.items():
        if value != case.get(member):
            sys.stderr.write(said)
            sys.exit(f"{member}: got {json.dumps(value, indent=1)}\nwanted {json.dumps(case.get(member), indent=1)}")
