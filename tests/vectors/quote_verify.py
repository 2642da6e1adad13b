"""Every row of the attestation tables through `unrug quote verify`: exit code, verdict, status, advisories, TCB date."""
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
UNRUG = os.path.join(os.path.abspath(os.environ.get("UNRUG_BUILD", os.path.join(ROOT, "build/release"))), "bin/unrug")
NAMED = os.environ.get("UNRUG_VECTORS")
FOLDER = NAMED or os.path.join(ROOT, "../shared/vectors")
VECTORS = os.path.join(FOLDER, "attestation")
EXIT = {"accepted": 0, "does not verify": 1, "malformed": 3, "refused": 4}
STATUSES = {"UpToDate", "SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded", "OutOfDate",
            "OutOfDateConfigurationNeeded", "TDRelaunchAdvised", "TDRelaunchAdvisedConfigurationNeeded"}


def table(name):
    with open(os.path.join(VECTORS, name)) as f:
        head = f.readline().rstrip("\n").split("\t")
        return [dict(zip(head, line.rstrip("\n").split("\t"))) for line in f]


def run(kind, row, root):
    p = subprocess.run([UNRUG, "quote", "verify", "--json", "--collateral", f"{VECTORS}/{kind}/collateral/{row['collateral']}.json",
                        *root, "--time", row["time"], f"{VECTORS}/{kind}/quotes/{row['quote']}.bin"], capture_output=True, text=True)
    return p.returncode, json.loads(p.stdout) if p.stdout else {"verdict": p.stderr}


def check(kind, row, root, verdict):
    code, answer = run(kind, row, root)
    name = row.get("id", row["quote"])
    if code != EXIT.get(answer["verdict"]):
        return f"{name}: exit {code}, {answer}"
    if verdict == "reject" and answer["verdict"] == "accepted" or verdict == "accept" and answer["verdict"] != "accepted":
        return f"{name}: {answer['verdict']} ({answer['reason']}), to be {verdict}ed"
    if answer["verdict"] == "accepted":
        said = (answer["status"], ",".join(sorted(answer["advisories"])) or "-", answer["tcb_date"])
        want = (answer["status"] if answer["status"] in row["expect"].split("|") else row["expect"],
                ",".join(sorted(row["advisories"].split(","))), row["tcb_date"] if row["tcb_date"] != "-" else said[2])
        if said != want:
            return f"{name}: {said}, to be {want}"
    return None


def main():
    wrong, counts = [], {}
    if NAMED and not os.path.exists(VECTORS) and any(os.path.exists(os.path.join(FOLDER, a)) for a in ("drand", "fairyring", "ledger")):
        print(f"{FOLDER}: no folder 'attestation': skipped")
        sys.exit(77)
    root = ("--root", os.path.join(VECTORS, "synthetic/test_root.der"))
    for kind, roots in (("real", ()), ("synthetic", root)):
        for row in table(f"{kind}/cases.tsv"):
            verdict = row.get("verdict") or ("accept" if row["expect"] in STATUSES else "reject")
            wrong.append(check(kind, row, roots, verdict))
            counts[kind, verdict] = counts.get((kind, verdict), 0) + 1
        if kind == "synthetic":  # under Intel's root nothing of it is accepted
            for row in table("synthetic/cases.tsv")[::10]:
                if run(kind, row, ())[1]["verdict"] == "accepted":
                    wrong.append(f"{row['id']} is accepted under Intel's root")
    wrong = [w for w in wrong if w]
    print(*(f"{kind}, {verdict}: {n} rows" for (kind, verdict), n in sorted(counts.items())), sep="\n")
    print(*wrong, sep="\n")
    sys.exit(1 if wrong else 0)


main()
