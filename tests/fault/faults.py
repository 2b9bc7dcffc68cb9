"""
Runs each stage with its k-th allocation or system call failing, for k = 1, 2, 3, ... (a sample of
them where there are many), and holds each run to this:

  - it ends by itself, never by a signal, and in time;
  - either the run was unaffected (same exit code, same output), or it ends with exit code 4
    and says something on standard error;
  - standard output holds whole documents or nothing;
  - what was acknowledged (exit code 0) is in the audit log, whose chain verifies.

Prints TAP. tests/fault/preload.c makes the calls fail.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BIN", TOP / "build"))
BIN = BUILD / "clang"  # where libc is shared by all, so that its calls can be replaced
PRELOAD = BUILD / "tests/fault/preload.so"
TMP = pathlib.Path(tempfile.mkdtemp(prefix="cloudops-fault."))
MARK = TMP / "mark"
NOW = "2026-11-23T06:18:59Z"
ENV = {"PATH": f"{BIN}:/usr/bin:/bin", "HOME": str(TMP), "LC_ALL": "C.UTF-8",
       "XDG_STATE_HOME": str(TMP / "state"), "XDG_CONFIG_HOME": str(TMP / "config")}
if "CLOUDOPS_PLAYBOOKS" in os.environ:
    ENV["CLOUDOPS_PLAYBOOKS"] = os.environ["CLOUDOPS_PLAYBOOKS"]

# How many of the k are tried; the first ones all, as start-up is where most differ. FAULT_ALL=1 tries every one.
FIRST, SPREAD = (10**6, 1) if os.environ.get("FAULT_ALL") else (40, 40)

number = failures = 0


def report(good, name, lines=()):
    global number, failures
    number += 1
    failures += not good
    print(("ok" if good else "not ok"), number, "-", name, flush=True)
    for line in lines:
        print("#", line)


class Case:
    """A stage, its arguments and its input. volatile: output differs from run to run beyond these members."""

    def __init__(self, tool, args=(), text="", volatile=None, sync=False):
        self.tool, self.args, self.text, self.volatile, self.sync = tool, list(args), text, volatile, sync
        self.base = self.run()

    def __str__(self):
        return " ".join(map(str, [self.tool, *self.args]))

    def run(self, fault=None):
        env = dict(ENV)
        if fault:
            env.update(LD_PRELOAD=str(PRELOAD), FAULT=fault, FAULT_MARK=str(MARK))
        MARK.unlink(missing_ok=True)
        try:
            p = subprocess.run([str(BIN / self.tool), *self.args], input=self.text.encode(), env=env,
                               capture_output=True, timeout=20)
        except subprocess.TimeoutExpired:
            return None
        return p.returncode, p.stdout, p.stderr

    def shape(self, out):
        """What must be equal between runs; None for output that is torn."""
        if self.volatile is None:
            return out
        if out and not out.endswith(b"\n"):
            return None
        try:
            return [self.volatile(json.loads(line)) for line in out.splitlines()]
        except ValueError:
            return None

    def judge(self, result, quiet_ok):
        if result is None:
            return "did not end within 20 s"
        code, out, err = result
        if code < 0:
            return f"killed by signal {-code}"
        shape, wanted = self.shape(out), self.shape(self.base[1])
        if code == self.base[0] and shape == wanted:
            return None
        if code != 4:
            return f"exit {code}: {err.decode(errors='replace').strip()[:200]} / {out[:80]!r}"
        if not err and not quiet_ok:
            return "exit 4 without a word"
        if shape is None or (out and shape != wanted and not self.says_error(out)):
            return f"torn output: {out[:200]!r}"
        return None

    @staticmethod
    def says_error(out):
        """A stage that failed writes the document with its error, or with the status of what failed."""
        try:
            docs = [json.loads(line) for line in out.splitlines()]
        except ValueError:
            return False
        return out.endswith(b"\n") and all("error" in d for d in docs)

    def count(self, kind):
        """How many such calls a run makes; those of a run that skips its exit handlers are not known."""
        self.run(f"{kind}:0")
        text = MARK.read_text() if MARK.exists() else ""
        return int(text.replace("x", "").split()[-1]) if text.split() else 0

    def sample(self, total):
        step = max(1, (total - FIRST) // SPREAD)
        return [*range(1, min(FIRST, total) + 1), *range(FIRST + step, total + 1, step)]

    def torture(self, kind, error, for_ever=False):
        total = self.count(kind)
        if not total:
            return
        places = self.sample(total)
        if for_ever:
            places = places[::4]
        wrong, struck = [], 0
        for k in places:
            result = self.run(f"{kind}:{k}{'+' if for_ever else ''}:{error}")
            struck += MARK.exists() and "x" in MARK.read_text()
            # When every write fails, so does that of the message.
            why = self.judge(result, quiet_ok=for_ever and kind == "write")
            if why:
                wrong.append(f"{kind} {k} of {total}: {why}")
        name = f"{self}: {kind} fails with {error}{' for ever' if for_ever else ''}, {struck} of {total} places"
        report(struck and not wrong, name, wrong[:8])


def pipe(*stages):
    """The output of real stages, one after another, in front of the one under test."""
    text = ""
    for stage in stages:
        p = subprocess.run(stage, input=text, env=ENV, capture_output=True, text=True, timeout=60)
        if p.returncode:
            print(f"Bail out! {stage[0]}: exit {p.returncode}: {p.stderr}")
            sys.exit(1)
        text = p.stdout
    return text


def without(*members):
    def drop(doc):
        for m in members:
            doc.pop(m, None)
        return doc
    return drop


def of_execution(doc):
    """Readings and durations differ; that all steps ran, and how they ended, does not."""
    return doc.get("id"), doc.get("execution", {}).get("status"), [
        (s["id"], s["status"]) for s in doc.get("execution", {}).get("steps", [])]


def cases():
    sentence = ["co-intent", "-c", "--now", NOW, "is the clock of this machine right"]
    plan, policy = ["co-plan", "-c", "--now", NOW], ["co-policy", "-c", "--now", NOW]
    intent = pipe(sentence)
    planned = pipe(sentence, plan)
    decided = pipe(sentence, plan, policy)
    done = pipe(sentence, plan, policy, ["co-exec", "-c", "--now", NOW])
    yield Case("co-intent", sentence[1:], volatile=without("id"))
    yield Case("co-plan", plan[1:], intent)
    yield Case("co-policy", policy[1:], planned)
    yield Case("co-approve", ["-c", "--now", NOW], decided)
    yield approving()
    yield Case("co-exec", ["-c", "--now", NOW], decided, volatile=of_execution, sync=True)
    yield Case("co-audit", ["-c"], done, sync=True)
    yield Case("co-report", ["--width", "80"], done)
    yield Case("co-report", ["-j"], done)


def approving():
    """A key signs: every statement has a nonce of its own, so only how many there are is compared."""
    key = TMP / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    (TMP / "signers").write_text("bob@example.com " + (TMP / "key.pub").read_text())
    (TMP / "signers").chmod(0o600)
    change = json.loads((TOP / "tests/golden/approve/change.json").read_text())
    change["decision"]["approvers"] = []
    change = json.dumps(change)
    return Case("co-approve", ["-c", "--now", "2026-11-23T06:30:00Z", "--signers", TMP / "signers", "--sign", key], change,
                volatile=lambda doc: (doc["id"], len(doc.get("approvals", []))), sync=True)


def verify(case):
    """The log holds together, and nothing that was acknowledged is missing from it."""
    p = subprocess.run([BIN / "co-audit", "verify"], env=ENV, capture_output=True, text=True, timeout=60)
    report(p.returncode == 0, f"{case}: the log verifies after all of it", [p.stdout, p.stderr])


def acknowledged():
    """co-audit with a run of its own each time: exit 0 must mean that the run is in the log."""
    run = json.loads(pipe(["co-intent", "-c", "--now", NOW, "is the clock of this machine right"]))
    promised = []
    total = 0
    for kind in "write", "sync", "malloc", "open":
        for k in range(1, 30):
            run["id"] = run["id"][:20] + f"{total:06d}"
            total += 1
            code, _, _ = Case.run(FakeCase(json.dumps(run)), f"{kind}:{k}:EIO")
            if code == 0:
                promised.append(run["id"])
    p = subprocess.run([BIN / "co-audit", "-c", "--type", "run"], env=ENV, capture_output=True, text=True)
    logged = [json.loads(line)["run"] for line in p.stdout.splitlines()]
    missing = [r for r in promised if logged.count(r) != 1]
    report(promised and not missing, f"co-audit: each of {len(promised)} acknowledged runs of {total} is in the log once", missing)


class FakeCase(Case):
    def __init__(self, text):
        self.tool, self.args, self.text = "co-audit", ["-c"], text


def main():
    try:
        for case in cases():
            for error, for_ever in (("ENOMEM", False), ("ENOMEM", True)):
                case.torture("malloc", error, for_ever)
            for error, for_ever in (("EIO", False), ("ENOSPC", True), ("EINTR", False), ("short", False)):
                case.torture("write", error, for_ever)
            for error in "EIO", "EINTR", "short":
                case.torture("read", error)
            for error in "EIO", "EMFILE", "EINTR":
                case.torture("open", error)
            case.torture("close", "EIO")
            if case.sync:
                for kind in "sync", "rename":
                    case.torture(kind, "EIO")
                    case.torture(kind, "ENOSPC", True)
                verify(case)
        acknowledged()
    finally:
        shutil.rmtree(TMP)
    print(f"1..{number}")
    return failures != 0


sys.exit(main())
