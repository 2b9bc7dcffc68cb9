# SPDX-License-Identifier: Apache-2.0
"""Are the recorded answers of the AWS cases what AWS could have said? Holds each against botocore's model of the operation."""
import glob
import json
import os
import sys

import botocore.session
import yaml

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
SESSION = botocore.session.get_session()
KINDS = {"string": str, "character": str, "blob": str, "integer": int, "long": int, "boolean": bool,
         "float": (int, float), "double": (int, float), "timestamp": (str, int, float)}


def faults(shape, value, path):
    kind = shape.type_name
    if value is None:
        yield f"{path}: null"
    elif kind == "structure":
        if not isinstance(value, dict):
            # IAM's policy documents are text that the CLI decodes; nothing else has another type than its model.
            yield f"{path}: {type(value).__name__} for an object"
            return
        for name, member in value.items():
            if name not in shape.members:
                yield f"{path}: no member {name}"
            else:
                yield from faults(shape.members[name], member, f"{path}.{name}")
    elif kind == "list":
        if not isinstance(value, list):
            yield f"{path}: {type(value).__name__} for a list"
            return
        for item in value:
            yield from faults(shape.member, item, path + "[]")
    elif kind == "map":
        for item in value.values():
            yield from faults(shape.value, item, path + "{}")
    elif path.endswith("Document") and isinstance(value, dict):
        return
    elif not isinstance(value, KINDS[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield f"{path}: {value!r} for a {kind}"
    elif getattr(shape, "enum", None) and value not in shape.enum and not path.endswith(("Reason", "Unit")):
        yield f"{path}: {value!r} is none of its values"


def calls(playbook):
    """The operations of a playbook and those it includes, by step; two playbooks may have steps of one name."""
    with open(f"{TOP}/playbooks/aws/{playbook}.yaml") as file:
        text = yaml.safe_load(file)
    found = {s["id"]: [tuple(s["call"].split()[1:])] for s in text.get("steps", [])}
    for name in text.get("include", []):
        for step, operations in calls(name).items():
            found.setdefault(step, []).extend(operations)
    return found


def answers(case):
    for place in [case.get("steps", {}), *case.get("targets", {}).values()]:
        for step, answer in place.items():
            for one in answer["each"].values() if "each" in answer else [answer]:
                if "error" not in one:
                    yield step, one


def main():
    bad = count = 0
    for path in sorted(glob.glob(f"{TOP}/tests/golden/playbooks/aws-*/*.json")):
        if path.endswith("hostile.json"):
            continue
        playbook = os.path.basename(os.path.dirname(path))
        operations = calls(playbook)
        with open(path) as file:
            case = json.load(file)
        for step, answer in answers(case):
            if step not in operations:
                print(f"{path}: no step {step}")
                bad += 1
                continue
            count += 1
            wrong = [sorted({f"{s} {o}: {fault}" for fault in faults(SESSION.get_service_model(s).operation_model(o).output_shape, answer, step)})
                     for s, o in operations[step]]
            for fault in min(wrong, key=len):
                print(f"{os.path.relpath(path, TOP)}: {fault}")
                bad += 1
    print(f"{count} answers, {bad} faults")
    sys.exit(bad != 0)


main()
