"""Runs the README's sh blocks in order, in one shell started in the source tree, with a HOME of its own. A text block
right after sh blocks is what they print, where "..." stands for anything within a line.

Not run here, because this is run by them: tools/deps and make. Their targets must exist, and .ci/run runs both lines.
"""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.join(os.path.abspath(os.environ.get("UNRUG_BUILD", os.path.join(ROOT, "build/release"))), "bin")
MARK = "====end-of-block===="


def blocks(text):
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S)


def targets_of(block):
    """The make targets in a line of set-up, or None for a block to be run."""
    if not re.match(r"tools/deps|make\b", block):
        return None
    return re.findall(r"\bmake ([a-z-]+)", block)


def matches(expected, got):
    pattern = "".join(".*" if part == "..." else re.escape(part) for part in re.split(r"(\.\.\.)", expected))
    return re.fullmatch(pattern, got) is not None


def main():
    with open(os.path.join(ROOT, "README.md")) as f:
        text = f.read()
    with open(os.path.join(ROOT, "Makefile")) as f:
        known = set(re.findall(r"^([a-z-]+):", f.read(), re.M))
    with open(os.path.join(ROOT, ".ci/stages.cmake")) as f:
        stages = f.read()
    for target in re.findall(r"`make ([a-z-]+)`", text):
        assert target in known, f"make {target}: no such target"
    script, expected = [], []
    for kind, body in blocks(text):
        if kind == "text":
            expected[-1] = body
            continue
        assert kind == "sh", f"a block of {kind}"
        targets = targets_of(body)
        if targets is not None:
            for target in targets:
                assert target in known, f"make {target}: no such target"
            line = re.sub(r"\s*#.*", "", body).strip()
            assert line in stages, f".ci/stages.cmake does not run: {line}"
            continue
        script.append(body.replace("$PWD/build/release/bin", BIN))
        expected.append(None)
    joined = "set -eu\n" + "".join(f"{b}printf '%s\\n' '{MARK}'\n" for b in script)
    with tempfile.TemporaryDirectory() as home:
        env = {"HOME": home, "TMPDIR": home, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "dumb"}
        p = subprocess.run(["bash", "-c", joined], cwd=ROOT, env=env, capture_output=True, text=True, timeout=200)
    outputs = p.stdout.split(MARK + "\n")
    assert p.returncode == 0, f"block {len(outputs)} failed:\n{script[len(outputs) - 1]}\n{p.stderr}"
    assert len(outputs) == len(script) + 1
    compared = 0
    for body, want, got in zip(script, expected, outputs):
        if want is not None:
            compared += 1
            assert matches(want, got), f"the README says that\n{body}prints\n{want}but it prints\n{got}"
    print(f"{len(script)} blocks run, {compared} outputs compared")


if __name__ == "__main__":
    sys.exit(main())
