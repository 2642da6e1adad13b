"""docs/ATTESTATION.md: every reason for a refusal is explained there, with the right class, and none that is not. The JSON
schema of the tee object and the code that reads it agree on the examples and on mistakes in every place of them."""
import copy
import json
import os
import re
import subprocess
import sys
import tempfile

from json_schema import Schema

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
UNRUG = os.path.join(os.path.abspath(os.environ.get("UNRUG_BUILD", os.path.join(ROOT, "build/release"))), "bin/unrug")
CLASSES = {"E_INPUT": "malformed", "E_PROOF": "does not verify", "E_POLICY": "refused"}


def read(path):
    with open(os.path.join(ROOT, path)) as f:
        return f.read()


def reasons(page):
    """Every reason has one row; a heading that names a class is right for all rows below it."""
    known = dict(re.findall(r"^UR_REASON\((\w+), (\w+),", read("core/attest/reason.def"), re.M))
    rows, heading, wrong = {}, "", []
    for line in page.splitlines():
        if line.startswith("#"):
            heading = line
        m = re.match(r"\| ([A-Z][A-Z0-9_]+) \|", line)
        if m:
            if m.group(1) in rows:
                wrong.append(f"{m.group(1)} is explained twice")
            rows[m.group(1)] = heading
    for name, status in known.items():
        if name == "NONE":
            continue
        if name not in rows:
            wrong.append(f"{name} is not explained")
            continue
        said = rows[name].partition(": ")[2]
        if said and said != CLASSES[status]:
            wrong.append(f"{name} stands under '{said}' and is '{CLASSES[status]}'")
    return wrong + [f"{name} is no reason" for name in rows if name not in known]


def places(value, path=()):
    yield path
    for key, below in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(below, path + (key,))


def changed(policy, path, new):
    other = copy.deepcopy(policy)
    at = other
    for key in path[:-1]:
        at = at[key]
    if new is KeyError:
        del at[path[-1]]
    else:
        at[path[-1]] = new
    return other


def accepted(policy):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as f:
        json.dump(policy, f)
        f.flush()
        return subprocess.run([UNRUG, "policy", "check", f.name], capture_output=True).returncode == 0


def schema(page):
    wrong, asked = [], 0
    check = Schema(json.loads(read("contract/schema/tee-policy.schema.json")))
    sgx = {"kind": "sgx", "mr_enclave": "any", "mr_signer": "11" * 32, "isv_prodid": 7, "min_isv_svn": 3, "attributes": "05" + "00" * 15}
    small = json.loads(read("tests/cli/examples/policy/policy.json"))
    authority = {"delay": 604800, "keys": ["02" + "11" * 32, "03" + "22" * 32], "quorum": 2}
    examples = {"docs": json.loads(re.search(r"```json\n(.*?)```", page, re.S).group(1)), "example": small,
                "sgx": dict(small, images=[sgx]), "authority": dict(small, images=[], release_authority=authority)}
    for name, policy in examples.items():
        if not (check.good(policy) and accepted(policy)):
            wrong.append(f"the policy '{name}' is not accepted (schema: {check.good(policy)})")
        for path in list(places(policy))[1:]:
            kinds = (None, -1, 1.5, True, "x", [], {})
            for new in (KeyError, kinds[asked % 7], kinds[(asked + 3) % 7]):
                other = changed(policy, path, new)
                asked += 1
                says, does = check.good(other), accepted(other)
                if says and not does and not (other["images"] == [] and other["release_authority"] is None) and new != [] and new is not KeyError:
                    wrong.append(f"{name} {path} = {new}: the schema accepts what the code refuses")
                if does and not says:
                    wrong.append(f"{name} {path} = {new}: the code accepts what the schema refuses")
    print(f"schema and code asked about {asked} changed policies")
    return wrong


def main():
    page = read("docs/ATTESTATION.md")
    wrong = reasons(page) + schema(page)
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


main()
