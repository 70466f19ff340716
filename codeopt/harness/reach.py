"""Find out which tests reach which functions: sys.monitoring on 3.12+, sys.setprofile before."""

import os
import sys
import threading


def start(watched, tree, log, test):
    """Start to observe; ``watched`` are [path relative to the tree, first line, name]."""
    tree = os.path.realpath(tree)
    keys = {}
    for index, (path, line, name) in enumerate(watched):
        keys[(os.path.join(tree, path), line, name)] = index
    kind = _Monitoring if hasattr(sys, "monitoring") else _Profiling
    observer = kind(keys, log)
    observer.enter(test)
    observer.start()
    return observer


class _Observer:
    def __init__(self, keys, log):
        self.keys = keys
        self.lines = {line for _, line, _ in keys}
        self.paths = {}
        self.log = log
        self.test = ""
        self.seen = set()

    def index(self, code):
        """Return the number of a watched function, or None."""
        if code.co_firstlineno not in self.lines:
            return None
        name = code.co_filename
        path = self.paths.get(name)
        if path is None:
            path = self.paths[name] = os.path.realpath(name)
        return self.keys.get((path, code.co_firstlineno, code.co_name))

    def hit(self, index):
        """Write a pair of test and function once."""
        pair = (self.test, index)
        if pair not in self.seen:
            self.seen.add(pair)
            self.log.write(reach=index, test=self.test)


class _Monitoring(_Observer):
    def start(self):
        """Register as a tool; every function calls back once for each test at most."""
        self.monitoring = sys.monitoring
        free = (t for t in (4, 3, 5, 2, 1) if self.monitoring.get_tool(t) is None)
        self.tool = next(free, None)
        if self.tool is None:
            return
        events = self.monitoring.events
        self.monitoring.use_tool_id(self.tool, "codeopt")
        self.monitoring.register_callback(self.tool, events.PY_START, self.called)
        self.monitoring.set_events(self.tool, events.PY_START)

    def called(self, code, _offset):
        """Note a call and ask for no more of this function until the next test."""
        index = self.index(code)
        if index is not None:
            self.hit(index)
            self.fired = True
        return self.monitoring.DISABLE

    fired = False

    def enter(self, test):
        """Start a test; what was reached before may be reached again."""
        self.test = test
        if self.fired:
            self.fired = False
            sys.monitoring.restart_events()


class _Profiling(_Observer):
    def start(self):
        """Profile this thread and those to come."""
        threading.setprofile(self.called)
        sys.setprofile(self.called)

    def called(self, frame, event, _argument):
        """Note a call."""
        if event == "call" and frame.f_code.co_firstlineno in self.lines:
            index = self.index(frame.f_code)
            if index is not None:
                self.hit(index)

    def enter(self, test):
        """Start a test; take the profiler back from a test that took it away."""
        self.test = test
        if sys.getprofile() is None and self.seen is not None:
            sys.setprofile(self.called)
