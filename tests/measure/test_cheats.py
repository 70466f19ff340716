"""Rewrites that play tricks on the clock, timed as if the gate had let them through."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from codeopt.measure.audit import odd
from codeopt.measure.layout import lay_out
from codeopt.measure.samples import Pair, pair_of, take
from codeopt.measure.trial import Trial, Zygote
from codeopt.model.reasons import Code
from tests.measure.projects import Small, make

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")

WORK = """
def f(n):
    total = 0
    for k in range(%d):
        total += k * n %% 7
    return [total]
"""
FAST = """
import _thread, atexit, gc, os, sys, threading, time
%s
def f(n):
    %s
    return [sum(k * n %% 7 for k in range(7)) * 42 + sum(k * n %% 7 for k in range(6))]
"""


def work(directory: Path, loops: int = 300, count: int = 60) -> Small:
    return make(directory, WORK % loops, [(n,) for n in range(count)])


def one_pair(project: Small, text: str) -> Pair:
    """Take one unit of samples of a candidate as confirmation does, without any screening."""
    candidate = {"mod.py": text}
    trial = Trial(project.place, project.project, project.recording, {}, candidate)
    a, b = Zygote(trial, {}, 1), Zygote(trial, candidate, 1)
    try:
        pair = pair_of(a.ready(), b.ready())
        layout = lay_out(a, 3)
        request = layout.request(layout.segments, layout.calls)
        for zygote, samples in ((a, pair.a), (b, pair.b)):
            samples.append(take(zygote, request))
    finally:
        a.close(), b.close()
    return pair


@pytest.mark.parametrize(
    ("what", "trick"),
    [
        ("garbage collection", "gc.set_threshold(1_000_000)"),
        ("frozen objects", "gc.freeze()"),
        ("priority", "os.nice(1)"),
        ("switch interval", "sys.setswitchinterval(5)"),
        ("threads", "_thread.start_new_thread(time.sleep, (30,))"),
        ("child processes", "os.fork() or os._exit(0)"),
        ("exit handlers", "atexit.register(print)"),
        ("tracing", "sys.setprofile(lambda *_: None)"),
    ],
)
def test_a_trick_while_timed_is_named(tmp_path: Path, what: str, trick: str) -> None:
    reason = odd(one_pair(work(tmp_path / "p"), FAST % ("", trick)))
    assert reason is not None
    assert reason.code is Code.GLOBAL_STATE
    assert reason.text == f"the candidate changes {what} while it is timed"


@pytest.mark.parametrize(
    ("what", "trick"),
    [
        ("threads", "threading.Thread(target=time.sleep, args=(30,), daemon=True).start()"),
        ("child processes", "os.fork() or (time.sleep(30), os._exit(0))"),
        ("exit handlers", "atexit.register(print)"),
    ],
)
def test_what_an_import_leaves_behind_is_named(tmp_path: Path, what: str, trick: str) -> None:
    reason = odd(one_pair(work(tmp_path / "p"), FAST % (trick, "pass")))
    assert reason is not None
    assert reason.code is Code.GLOBAL_STATE
    assert what in reason.text
    assert reason.text.endswith("when it is imported")


def test_an_honest_rewrite_is_not_odd(tmp_path: Path) -> None:
    assert odd(one_pair(work(tmp_path / "p"), FAST % ("", "pass"))) is None


LATER = """
class Lazy(list):
    def __init__(self, work):
        self.work = work

class Later:
    def __init__(self, out, n):
        self.out, self.n, self.me = out, n, self  # a cycle: it goes when the collector comes

    def __del__(self):
        self.out.append(sum(k * self.n % 7 for k in range(300)))
"""


@pytest.mark.parametrize(
    "trick",
    [
        pytest.param('if sys._getframe(1).f_code.co_filename == "<loop>": return []', id="frame"),
        pytest.param('if "_codeopt_harness" in sys.modules: return []', id="modules"),
        pytest.param("return Lazy(lambda: f(n))", id="lazy result"),
        pytest.param("out = []; Later(out, n); return out", id="work left to a destructor"),
    ],
)
def test_who_behaves_differently_when_judged_is_found(tmp_path: Path, trick: str) -> None:
    reason = odd(one_pair(work(tmp_path / "p"), FAST % (LATER, trick)))
    assert reason is not None
    assert reason.code is Code.RESULT
    assert reason.hint == "the candidate behaves differently when timed"


def test_work_done_at_import_is_charged_wherever_it_is_done(tmp_path: Path) -> None:
    burn = (
        "def burn():\n    end = time.thread_time() + .1\n    while time.thread_time() < end: ...\n"
    )
    thread = "t = threading.Thread(target=burn); t.start(); t.join()"
    child = "os.fork() or (burn(), os._exit(0))\nos.wait()"
    for name, how in (("thread", thread), ("child", child)):
        pair = one_pair(work(tmp_path / name), FAST % (burn + how, "pass"))
        assert pair.imports[1] - pair.imports[0] > 60_000_000


KEPT = """
import mmap, os, tempfile

_shared = mmap.mmap(-1, 100_000)
_files = os.path.join(tempfile.gettempdir(), "kept-%%d")

def _in_memory(n, total=None):
    if total is None:
        return int(_shared[n * 20 : n * 20 + 20].strip(b"\\0 ") or -1)
    _shared[n * 20 : n * 20 + 20] = b"%%20d" %% total

def _on_disk(n, total=None):
    if total is None:
        try:
            with open(_files %% n) as file:
                return int(file.read())
        except OSError:
            return -1
    with open(_files %% n, "w") as file:
        file.write(str(total))

def f(n):
    total = %s(n)
    if total < 0:
        total = 0
        for k in range(20_000):
            total += k * n %% 7
        %s(n, total)
    return [total]
"""


def test_memory_that_outlives_a_sample_gains_nothing(tmp_path: Path) -> None:
    found = work(tmp_path / "p", 20_000, 24).measure(KEPT % ("_in_memory", "_in_memory"))
    assert found.reason is not None
    assert found.reason.code is Code.CLOCK_DISAGREES
    assert "outlives the samples" in found.reason.text


def test_files_that_outlive_a_sample_gain_nothing(tmp_path: Path) -> None:
    found = work(tmp_path / "p", 20_000, 24).measure(KEPT % ("_on_disk", "_on_disk"))
    assert found.screened.low > 2
    assert found.reason is not None


THREADED = """
import threading

def f(n):
    kept = []
    def rest():
        total = 0
        for k in range(6000):
            total += k * n % 7
        kept.append(total)
    thread = threading.Thread(target=rest)
    thread.start()
    thread.join()
    return kept
"""


def test_work_moved_to_a_thread_gains_nothing(tmp_path: Path) -> None:
    found = work(tmp_path / "p", 6000).measure(THREADED)
    assert found.reason is not None
    assert found.bound < 1.05


GARBAGE = """
class Node:
    pass

def f(n):
    total = 0
    for k in range(300):
        total += k * n % 7
    for _ in range(20):
        node = Node()
        node.me = node
    return [total]
"""
SHARED = """
import string

_kept = vars(string).setdefault("kept", {})

def f(n):
    if %s:
        return [_kept[n]]
    total = 0
    for k in range(300):
        total += k * n %% 7
    _kept[n] = total
    return [total]
"""


def test_garbage_left_for_the_other_side_gains_nothing(tmp_path: Path) -> None:
    found = work(tmp_path / "p").measure(GARBAGE)
    assert found.reason is not None
    assert found.bound < 1.05


def test_a_cache_that_both_sides_share_gains_nothing(tmp_path: Path) -> None:
    original = make(tmp_path / "p", SHARED % "n < 0", [(n,) for n in range(60)])
    found = original.measure(SHARED % "n in _kept")
    assert found.screened.low > 2, "inside one process the other side fills the cache"
    assert found.reason is not None
    assert found.bound < 1.05
