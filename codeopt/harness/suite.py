"""Watch a run of the tests: which tests ran, how each ended, and which functions each reached.

Installed by ``inject/sitecustomize.py`` into every process of the test command. The job:

``select``   ids of the tests to run (None: all)
``seed``     seed of a random order (None: the project's own)
``watch``    functions whose tests are wanted: [path, first line, name]

Each process writes files of its own, line by line, so that a crash leaves what was seen before it.
"""

import json
import os
import re
import sys

NESTED = "CODEOPT_SUITE"  # set while tests run: a test session below is part of a test
TEST = "CODEOPT_TEST"  # the running test, for the processes that it starts
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
PLUGIN = __name__.rpartition(".")[0] + ".suite_pytest"


class Log:
    """Append JSON lines to a file of this process; children that were forked write nothing."""

    def __init__(self, directory, kind):
        self.path = os.path.join(directory, "%s-%d.jsonl" % (kind, os.getpid()))
        self.pid = os.getpid()
        self.file = None

    def write(self, **line):
        """Write one line, at once."""
        if os.getpid() != self.pid:
            return
        if self.file is None:
            self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(self.file, (json.dumps(line) + "\n").encode("ascii"))


class Watch:
    """Hold what the observers of a process share."""

    def __init__(self, job):
        select = job.get("select")
        self.select = None if select is None else set(select)
        self.tree = job["tree"]
        self.seed = job.get("seed")
        self.nested = bool(os.environ.get(NESTED))
        self.log = Log(job["out"], "tests")
        self.reach = None
        self.active = None
        if job.get("watch"):
            from . import reach

            log = Log(job["out"], "reach")
            self.reach = reach.start(job["watch"], job["tree"], log, os.environ.get(TEST, ""))

    def name(self, test):
        """Return the id of a test without what differs from run to run: addresses, the tree."""
        return ADDRESS.sub("0x...", test.replace(self.tree, "{tree}"))

    def wants(self, test):
        """Tell whether a test was selected."""
        return self.select is None or self.name(test) in self.select

    def begin(self, session):
        """Claim the outcomes of this process for a session; False when one has them already."""
        if self.active is not None or self.nested:
            return False
        self.active = session
        os.environ[NESTED] = "1"
        return True

    def end(self, session):
        """Give the claim back."""
        if self.active is session:
            self.active = None
            os.environ.pop(NESTED, None)

    def enter(self, test):
        """Note which test runs now ("" for none)."""
        if self.reach is not None:
            test = self.name(test)
            os.environ[TEST] = test.encode("ascii", "backslashreplace").decode().replace("\0", "")
            self.reach.enter(test)


WATCH = []


def install(job):
    """Start to watch this process; nothing is imported that the process would not import."""
    WATCH[:] = [Watch(job)]
    names = [name for name in (os.environ.get("PYTEST_PLUGINS"), PLUGIN) if name]
    os.environ["PYTEST_PLUGINS"] = ",".join(names)
    sys.meta_path.insert(0, _WhenUnittestIsImported())


class _WhenUnittestIsImported:
    """Hook unittest when the process imports it, and not before."""

    def find_spec(self, name, path=None, target=None):
        """Let the others find ``unittest.runner``, and add the hooks behind its loading."""
        if name != "unittest.runner":
            return None
        sys.meta_path.remove(self)
        import importlib.util

        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            from . import suite_unittest

            suite_unittest.hook(module, WATCH[0])

        spec.loader.exec_module = exec_module
        return spec
