"""What the tests of the command line share: a folder of their own, and runs of the program with their outcome.

A test file holds a class derived from kit.Case and ends with kit.main(). It finds the build in $UNRUG_BUILD.
"""
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.path.join(os.environ.get("UNRUG_BUILD", os.path.join(ROOT, "build/release")), "bin"))
UNRUG = os.path.join(BIN, "unrug")

YES, NO, USAGE, INPUT, REFUSED, UNAVAILABLE = 0, 1, 2, 3, 4, 5


class Outcome:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def text(self):
        return self.out.decode()

    @property
    def errors(self):
        return self.err.decode()

    @property
    def json(self):
        return json.loads(self.out, object_pairs_hook=_no_duplicates)


def _no_duplicates(pairs):
    keys = [k for k, _ in pairs]
    assert len(set(keys)) == len(keys), f"duplicate keys in {keys}"
    assert keys == sorted(keys), f"keys not sorted: {keys}"
    return dict(pairs)


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="unrug-test-")
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.env = {"PATH": BIN + ":" + os.environ["PATH"], "HOME": self.dir, "TERM": "xterm", "LC_ALL": "C.UTF-8"}

    # -- files

    def vectors(self, area):
        """A folder of others' data; the test is skipped if $UNRUG_VECTORS names one without it."""
        named = os.environ.get("UNRUG_VECTORS")
        folder = os.path.join(named or os.path.join(ROOT, "../shared/vectors"), area)
        if named and not os.path.isdir(folder):
            self.skipTest(f"no {folder}")
        self.assertTrue(os.path.isdir(folder), folder)
        return folder

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, data, mode=0o600):
        with open(self.path(name), "wb") as f:
            f.write(data.encode() if isinstance(data, str) else data)
        os.chmod(self.path(name), mode)
        return name

    def read(self, name):
        with open(self.path(name), "rb") as f:
            return f.read()

    def read_text(self, name):
        return self.read(name).decode().strip()

    def files(self):
        """Every file below the test's folder, hidden ones too."""
        found = []
        for at, _, names in os.walk(self.dir):
            found += [os.path.relpath(os.path.join(at, n), self.dir) for n in names]
        return sorted(found)

    # -- runs

    def run_unrug(self, *args, stdin=b"", code=YES, **kw):
        """Run to the end; the exit code must be `code`. No output but the result, and no escape sequences, ever."""
        stdin = stdin.encode() if isinstance(stdin, str) else stdin
        p = subprocess.run([UNRUG, *args], input=stdin, capture_output=True, cwd=self.dir, env=self.env, timeout=100, **kw)
        o = Outcome(p.returncode, p.stdout, p.stderr)
        self.assertEqual(o.code, code, f"unrug {' '.join(args)}\nstdout: {o.out[:2000]!r}\nstderr: {o.err[:2000]!r}")
        self.assertNotIn(b"\x1b", o.err)
        return o

    def ok(self, *args, **kw):
        """A run that succeeds and says nothing on stderr."""
        o = self.run_unrug(*args, **kw)
        self.assertEqual(o.err, b"")
        return o

    def ok_json(self, *args, **kw):
        o = self.ok(*args, "--json", **kw)
        self.assertEqual(o.out.count(b"\n"), 1, "one line")
        return o.json

    def refuse(self, code, *args, says, **kw):
        """A run that fails with this exit code and a message that has `says` in it: one line and perhaps a hint, nothing
        on stdout, no file more than before. And the same with --json: an object with the same exit code."""
        before = self.files()
        o = self.run_unrug(*args, code=code, **kw)
        self.assertEqual(o.out, b"", "a failure prints nothing on stdout")
        lines = o.errors.splitlines()
        self.assertTrue(1 <= len(lines) <= 2, o.errors)
        self.assertTrue(lines[0].startswith("unrug: "), o.errors)
        self.assertIn(says, lines[0])
        self.assertEqual(self.files(), before, "a failure leaves no file")
        if "--" not in args:
            j = self.run_unrug(*args, "--json", code=code, **kw)
            self.assertEqual(j.out, b"")
            error = json.loads(j.err)["error"]
            self.assertEqual(error["exit"], code)
            self.assertEqual(self.files(), before, "a failure leaves no file")
        return o

    def on_terminal(self, *args, feed=b"", answers=(), timeout=60, env=None, act=None):
        """Run with a terminal on all three descriptors. answers: (prompt, what to type once it is there), in order. Returns (exit code, what
        was on the screen)."""
        answers, answered = list(answers), 0
        pid, fd = pty.fork()
        if pid == 0:
            os.chdir(self.dir)
            os.execve(UNRUG, [UNRUG, *args], {**self.env, **(env or {})})
        screen, end = b"", time.monotonic() + timeout
        if feed:
            os.write(fd, feed)
        while time.monotonic() < end:
            if act is not None:
                act(pid, screen)
            ready, _, _ = select.select([fd], [], [], 0.05)
            if ready:
                try:
                    chunk = os.read(fd, 65536)
                except OSError:
                    break
                if not chunk:
                    break
                screen += chunk
                if answers and answers[0][0] in screen[answered:]:
                    answered = len(screen)
                    os.write(fd, answers.pop(0)[1])
        else:
            os.kill(pid, signal.SIGKILL)
            self.fail(f"still running: {screen!r}")
        _, status = os.waitpid(pid, 0)
        os.close(fd)
        return os.waitstatus_to_exitcode(status), screen


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=1)
