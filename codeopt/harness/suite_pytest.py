"""The pytest plugin that reports how each test ended (PYTEST_DONT_REWRITE).

Works with pytest 6 to 9 and needs nothing but pytest. A session that a test starts is left alone.
"""

import os
import random

import pytest

from . import suite


def _restore():
    """Take this plugin off the environment again: sessions inside of tests don't see it."""
    names = [n for n in os.environ.get("PYTEST_PLUGINS", "").split(",") if n and n != __name__]
    if names:
        os.environ["PYTEST_PLUGINS"] = ",".join(names)
    else:
        os.environ.pop("PYTEST_PLUGINS", None)


_restore()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    """Measure no coverage: its threshold is about the whole suite, and it takes the profiler."""
    options = early_config.known_args_namespace
    if getattr(options, "cov_source", None):
        options.cov_source = []


def pytest_configure(config):
    """Take part in the outermost session and in its xdist workers."""
    watch = suite.WATCH[0]
    worker = hasattr(config, "workerinput")
    leads = not worker and watch.begin(config)
    if not (worker or leads):
        return
    config.pluginmanager.register(_Order(watch, config), "codeopt-order")
    if leads:
        watch.log.write(session="pytest")
        config.pluginmanager.register(_Report(watch, config), "codeopt-report")


class _Order:
    """Select and order tests, and say which one runs."""

    def __init__(self, watch, config):
        self.watch = watch
        if watch.select is not None:
            root = str(config.rootdir) if not hasattr(config, "rootpath") else str(config.rootpath)
            files = dict.fromkeys(sorted(name.split("::")[0] for name in watch.select))
            found = [
                path for path in (os.path.join(root, f) for f in files) if os.path.exists(path)
            ]
            config.args[:] = found or config.args

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, session, config, items):
        """Drop what is not wanted and shuffle the rest."""
        if self.watch.select is not None:
            dropped = [item for item in items if not self.watch.wants(item.nodeid)]
            items[:] = [item for item in items if self.watch.wants(item.nodeid)]
            if dropped:
                config.hook.pytest_deselected(items=dropped)
        if self.watch.seed is not None:
            items[:] = shuffled(items, self.watch.seed)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        """Mark the time of a test."""
        self.watch.enter(item.nodeid)
        yield
        self.watch.enter("")

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        """Add the type of the exception to the report, also on its way from a worker."""
        outcome = yield
        if call.excinfo is not None:
            outcome.get_result().codeopt_error = call.excinfo.typename


class _Report:
    """Write down what is reported."""

    def __init__(self, watch, config):
        self.watch = watch
        self.config = config

    def pytest_collectreport(self, report):
        """Note files that could not be collected, or that skipped themselves."""
        if report.failed:
            self.watch.log.write(broken=self.watch.name(report.nodeid), message=last_line(report))
        elif report.skipped:
            name = self.watch.name(report.nodeid)
            self.watch.log.write(test=name, phase="collect", outcome="skipped")

    def pytest_collection_finish(self, session):
        """Note how many tests there are."""
        self.watch.log.write(collected=len(session.items))

    def pytest_runtest_logstart(self, nodeid):
        """Note that a test starts."""
        self.watch.log.write(start=self.watch.name(nodeid))

    def pytest_runtest_logreport(self, report):
        """Note how a phase of a test ended."""
        name = self.watch.name(report.nodeid)
        line = {"test": name, "phase": report.when, "outcome": report.outcome}
        if hasattr(report, "wasxfail"):
            line["xfail"] = True
        if report.failed:
            line["error"] = getattr(report, "codeopt_error", "")
            line["message"] = last_line(report)
        self.watch.log.write(**line)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_sessionfinish(self, session, exitstatus):
        """Note that the session came to its end."""
        yield
        self.watch.log.write(finish=int(session.exitstatus))

    def pytest_unconfigure(self, config):
        """Give the process back."""
        if config is self.config:
            self.watch.end(config)


def shuffled(items, seed):
    """Shuffle files, classes in files, and tests in classes: what is shared stays shared."""
    source = random.Random(seed)
    files = {}
    for item in items:
        path, _, rest = item.nodeid.partition("::")
        group = rest.partition("[")[0].rpartition("::")[0]
        files.setdefault(path, {}).setdefault(group, []).append(item)
    result = []
    for path in _shuffle(list(files), source):
        for group in _shuffle(list(files[path]), source):
            result += _shuffle(files[path][group], source)
    return result


def _shuffle(values, source):
    source.shuffle(values)
    return values


def last_line(report):
    """Return one line that says what went wrong."""
    crash = getattr(getattr(report, "longrepr", None), "reprcrash", None)
    text = crash.message if crash is not None else str(report.longrepr)
    lines = [line[2:].strip() if line[:2] == "E " else line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line]
    if not lines:
        return ""
    return (lines[0] if crash is not None else lines[-1])[:300]
