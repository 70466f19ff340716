"""Hooks in unittest that report how each test ended."""

import functools
import random

ENDINGS = {
    "addSuccess": "passed",
    "addError": "error",
    "addFailure": "failed",
    "addSkip": "skipped",
    "addExpectedFailure": "xfailed",
    "addUnexpectedSuccess": "xpassed",
}


def hook(runner, watch):
    """Change ``TestResult`` and ``TextTestRunner`` so that the outermost run is reported."""
    from unittest import result

    for name, outcome in ENDINGS.items():
        _after(result.TestResult, name, functools.partial(_ended, watch, outcome))
    _after(result.TestResult, "startTest", functools.partial(_started, watch))
    _after(result.TestResult, "stopTest", lambda me, test: watch.enter(""))
    _after(result.TestResult, "addSubTest", functools.partial(_sub_ended, watch))
    plain = runner.TextTestRunner.run

    @functools.wraps(plain)
    def run(self, test):
        if not watch.begin(self):
            return plain(self, test)
        try:
            arrange(test, watch)
            watch.log.write(session="unittest")
            watch.log.write(collected=test.countTestCases())
            outcome = plain(self, test)
            watch.log.write(finish=0 if outcome.wasSuccessful() else 1)
            return outcome
        finally:
            watch.end(self)

    runner.TextTestRunner.run = run


def _after(owner, name, call):
    """Call ``call`` with the arguments of a method behind the method itself."""
    plain = getattr(owner, name)

    @functools.wraps(plain)
    def method(self, *args):
        result = plain(self, *args)
        call(self, *args)
        return result

    setattr(owner, name, method)


def _reports(watch):
    """Tell whether the outermost run of this process is one of unittest."""
    return watch.active is not None and hasattr(watch.active, "resultclass")


def _started(watch, result, test):
    if _reports(watch):
        watch.enter(test.id())
        watch.log.write(start=watch.name(test.id()))


def _ended(watch, outcome, result, test, detail=None):
    if not _reports(watch):
        return
    line = {"test": watch.name(test.id()), "phase": "call", "outcome": outcome}
    if isinstance(detail, tuple):
        line["error"] = getattr(detail[0], "__name__", "")
        line["message"] = ("%s: %s" % (line["error"], detail[1]))[:300]
    watch.log.write(**line)


def _sub_ended(watch, result, test, subtest, error):
    if error is not None:
        failed = issubclass(error[0], test.failureException)
        _ended(watch, "failed" if failed else "error", result, test, error)


def arrange(test, watch):
    """Drop tests that are not wanted from a suite, and shuffle it level by level."""
    tests = getattr(test, "_tests", None)
    if tests is None:
        return
    for inner in tests:
        arrange(inner, watch)
    if watch.select is not None:
        tests[:] = [t for t in tests if hasattr(t, "_tests") or watch.wants(t.id())]
    if watch.seed is not None:
        random.Random(watch.seed).shuffle(tests)
