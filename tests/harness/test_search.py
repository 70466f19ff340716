"""The search for inputs reaches what single changes do not; globals are watched at little cost."""

from __future__ import annotations

from .inside import every_python, run

SETUP = """
import sys, types
from _codeopt_harness import probes
from _codeopt_harness.domain import Domain
from _codeopt_harness.generate import _next
from _codeopt_harness.mutate import Mutator
from _codeopt_harness.pickling import dump, load
from _codeopt_harness.search import Search
from _codeopt_harness.state import State

def module_of(text):
    module = types.ModuleType("made")
    module.__name__ = "made"
    sys.modules["made"] = module
    exec(compile(text, "made.py", "exec"), vars(module))
    return module

def search(text, *calls):
    f = module_of(text).f
    domain = Domain()
    domain.allow(f)
    for args in calls:
        domain.learn(args, {})
    made, collected, sites = probes.build(f, text)
    found = Search(made, collected, domain)
    found.learn([dump((args, {}), {}) for args in calls])
    def change(random, call):
        return _next(Mutator(random, domain.pool, list(collected.words.values())), domain, *call)
    return f, [load(blob) for blob in found.find(0, sites, change)]
"""


@every_python
def test_search_gets_behind_conditions_one_by_one(python: str) -> None:
    out = run(
        SETUP
        + '''
text = """
LIMIT = 731
def f(text, number):
    if text.startswith("id:"):
        if number == LIMIT * 2 + 1:
            return "both"
        return "first"
    return "none"
"""
f, found = search(text, ("x", 1))
print(sorted({f(*args, **kwargs) for args, kwargs in found}))
''',
        python,
    ).strip()
    assert out == "['both', 'first']"


@every_python
def test_a_function_with_probes_does_what_it_did(python: str) -> None:
    out = run(
        SETUP
        + '''
text = """
class Base:
    def f(self, n): return n
class C(Base):
    def f(self, items, low=0, *, high=9):
        kept = [x for x in items if low <= x < high and x not in (3, 4)]
        try:
            total = sum(kept) / len(kept) if kept else 1 // 0
        except ZeroDivisionError as error:
            return super().f(str(error) or "none")
        for x in kept:
            while x > 5 and not x % 2:
                x -= 3
            total += x
        return total
"""
module = module_of(text)
made, collected, sites = probes.build(module.C.f, text)
made.__globals__[probes.NAME].start(10_000)
for items in ([], [1, 2, 3], [8, 6, 4], range(20), [3]):
    one, two = module.C().f(items, 1), made(module.C(), items, 1)
    assert repr(one) == repr(two), (one, two)
print(sites > 5, len(collected.seen) > 8)
''',
        python,
    ).strip()
    assert out == "True True"


@every_python
def test_changes_of_globals_are_seen(python: str) -> None:
    out = run(
        SETUP
        + '''
text = """
TABLE = {"a": [1, {2, 3}], "b": (4, [5])}
WORDS = ["x"] * 5000
class Box:
    count = 0
    seen = []
def f(n, kept=[]):
    return n
"""
changes = """
pass
TABLE["a"][1].add(9)
TABLE["b"][1][0] = 6
WORDS[4999] = "y"
Box.count += 1
Box.seen.append(1)
f.calls = 1
f.__defaults__[0].append(2)
NEW = 1
del WORDS
WORDS = list(WORDS)
"""
found = []
for change in changes.strip().splitlines():
    module = module_of(text)
    state = State(module)
    exec(change, vars(module))
    found.append(",".join(sorted(state.changes())))
print(found)
''',
        python,
    ).strip()
    assert out == repr(["", "TABLE", "TABLE", "WORDS", "Box", "Box", "f", "f", "NEW", "WORDS", ""])
