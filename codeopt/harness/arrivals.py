"""Wait for the modules of the targets in a process of the workload, and flush at its end.

Whoever waits for a target has ``target`` (path, qualname, module), ``tap`` (None until the target
is there), ``attach(module, quiet)``, ``late(frame)`` (a call that had begun before),
``reset()`` (in a forked child) and ``flush()`` (at the end of the process).
"""

import atexit
import importlib.machinery
import os
import sys

from . import tap


def watch(waiting, job):
    """Tap the targets of all who wait as soon as they are there; ``job["tree"]`` is the tree."""
    tree = os.path.realpath(job["tree"])
    by_path = {}
    for each in waiting:
        by_path.setdefault(os.path.join(tree, each.target["path"]), []).append(each)
    if not tap.MONITORED:  # the stub of a recursive function takes a frame of its own
        sys.setrecursionlimit(2 * sys.getrecursionlimit())
    sys.meta_path.insert(0, _Watcher(by_path))
    _watch_loader(by_path)
    if _runs_as_script(by_path):
        _MainWatcher(by_path).start()
    atexit.register(_flush_all, waiting)
    os.register_at_fork(after_in_child=lambda: _after_fork(waiting))


def _flush_all(waiting):
    for each in waiting:
        each.flush()


def _after_fork(waiting):
    for each in waiting:
        each.reset()
    util = sys.modules.get("multiprocessing.util")
    if util is not None:  # such children end without atexit, and forget earlier finalizers
        util.register_after_fork(
            waiting[0], lambda _: util.Finalize(None, _flush_all, (waiting,), exitpriority=0)
        )


class _Watcher:
    """Find the targets' modules as the other finders do, and tap them once they have run."""

    def __init__(self, by_path):
        self.by_path = by_path
        self.names = {_stem(path) for path in by_path}

    def find_spec(self, name, path=None, target=None):
        """Ask the finders behind this one."""
        if name.rpartition(".")[2] not in self.names:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec = None if finder is self or find is None else find(name, path, target)
            if spec is not None:
                found = self.by_path.get(os.path.realpath(spec.origin or ""))
                if found and hasattr(spec.loader, "exec_module"):
                    _after_execution(spec.loader, found)
                return spec
        return None


def _stem(path):
    stem = os.path.splitext(os.path.basename(path))[0]
    return os.path.basename(os.path.dirname(path)) if stem == "__init__" else stem


def _after_execution(loader, waiting):
    execute = loader.exec_module

    def exec_module(module):
        execute(module)
        for each in waiting:
            each.attach(module)

    loader.exec_module = exec_module


def _watch_loader(by_path):
    """Tap modules that are loaded from their file past the finders, as pytest can be told to do."""
    execute = importlib.machinery.SourceFileLoader.exec_module

    def exec_module(self, module):
        execute(self, module)
        for each in by_path.get(os.path.realpath(self.path), ()):
            each.attach(module)

    importlib.machinery.SourceFileLoader.exec_module = exec_module


def _runs_as_script(by_path):
    arguments = list(getattr(sys, "orig_argv", ()))
    if not arguments and os.path.exists("/proc/self/cmdline"):
        with open("/proc/self/cmdline", "rb") as file:
            arguments = [os.fsdecode(part) for part in file.read().split(b"\0")]
    if any(os.path.realpath(argument) in by_path for argument in arguments if argument):
        return True
    modules = {each.target["module"] for found in by_path.values() for each in found}
    return "-m" in arguments and any(
        argument in modules or argument + ".__main__" in modules for argument in arguments
    )


class _MainWatcher:
    """Tap the targets in ``__main__`` as soon as they are defined and anything there is called."""

    def __init__(self, by_path):
        self.by_path = by_path

    def start(self):
        """Look at calls until all targets are there."""
        sys.setprofile(self._event)

    def _event(self, frame, event, _argument):
        if event != "call" or frame.f_globals.get("__name__") != "__main__":
            return
        found = self.by_path.get(os.path.realpath(frame.f_code.co_filename))
        if not found or frame.f_code.co_name == "<module>":
            return
        module = sys.modules["__main__"]
        waiting = [each for each in found if each.tap is None and not each.attach(module, True)]
        for each in found:
            if each.tap is not None and each.tap.code is frame.f_code:
                each.late(frame)
        if not waiting:
            sys.setprofile(None)
