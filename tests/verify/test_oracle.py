"""Wrong rewrites are caught on recorded calls with the right reason; right ones pass."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from codeopt.config import JudgeSettings
from codeopt.model.reasons import Code
from codeopt.verify import oracle

from .judging import Recorded


@dataclass(frozen=True)
class Case:
    """An original, calls of it, and a rewrite with the reason it must be refused for."""

    name: str
    original: str
    work: str
    candidate: str
    code: Code | None
    target: str = "f"


UNIQUE = """
def f(items):
    out = []
    for item in items:
        if item not in out:
            out.append(item)
    return out
"""
DEEP = """
class Node:
    def __init__(self, number):
        self.number, self.tags = number, {"all": [{number}]}
class Store:
    def __init__(self):
        self.rows = {n: [n, [str(n)]] for n in range(3000)}
    def f(self, n):
        return self.rows[n % 3000][0]
ROWS = {n: [n, [str(n)]] for n in range(3000)}
NODES = [Node(n) for n in range(800)]
SETS = {"all": [{n} for n in range(3000)]}
USED = __import__("collections").OrderedDict((n, n) for n in range(9))
def f(n):
    pass
    return n
"""
DEEP_CALLS = "for n in (1, 5): f(n)"
CALLS = "for n in range(6): f([3, 1, 3, 2, n]); f([])"
GENERATOR = """
def f(lines):
    for line in lines:
        yield line.strip()
"""
STORE = """
class Store:
    def __init__(self):
        self.items = []
    def add(self, item):
        self.items.append(item)
        return len(self.items)
"""
STORE_CALLS = "s = Store()\nfor i in range(5): s.add(i)"
NODE = """
class Node:
    def __init__(self, name, children=()):
        self.name = name
        self.children = list(children)
def f(node):
    return [child for child in node.children if child.name]
"""
NODE_CALLS = "f(Node('a', [Node('b'), Node(''), Node('c')])); f(Node('z'))"

WRONG = [
    Case("order of a set", UNIQUE, CALLS, "def f(items):\n return sorted(set(items))", Code.ORDER),
    Case("none", UNIQUE, CALLS, "def f(items):\n return list(dict.fromkeys(items)) or None",
         Code.RESULT),
    Case("tuple", UNIQUE, CALLS, "def f(items):\n return tuple(dict.fromkeys(items))", Code.TYPE),
    Case("sorts in place", "def f(xs):\n return sorted(xs)", "f([3, 1, 2])",
         "def f(xs):\n xs.sort()\n return list(xs)", Code.MUTATION),
    Case("returns its argument", "def f(xs):\n return sorted(xs)", "f([1, 2, 3])",
         "def f(xs):\n return xs", Code.ALIASING),
    Case("rows shared", "def f(n):\n return [[0] * n for _ in range(n)]", "f(3)",
         "def f(n):\n return [[0] * n] * n", Code.ALIASING),
    Case("int for float", "def f(x):\n return x / 1", "f(4)", "def f(x):\n return x", Code.TYPE),
    Case("bool for int", "def f(x):\n return 1 if x else 0", "f(4)",
         "def f(x):\n return bool(x)", Code.TYPE),
    Case("minus zero", "def f(x):\n return x * -1.0", "f(0.0)",
         "def f(x):\n return 0.0 - x", Code.RESULT),
    Case("last bit", "def f(xs):\n s = 0.0\n for x in xs: s += x\n return s",
         "f([0.1] * 10)", "import math\ndef f(xs):\n return math.fsum(xs)", Code.RESULT),
    Case("exception type", "def f(d, k):\n return d[k]", "try: f({}, 'a')\nexcept KeyError: pass",
         "def f(d, k):\n raise ValueError(k)", Code.EXCEPTION),
    Case("exception arguments", "def f(k):\n raise ValueError('no ' + k)",
         "try: f('a')\nexcept ValueError: pass",
         "def f(k):\n raise ValueError('no')", Code.EXCEPTION),
    Case("exception cause",
         "def f(k):\n try: return {}[k]\n except KeyError as e: raise ValueError(k) from e",
         "try: f('a')\nexcept ValueError: pass",
         "def f(k):\n raise ValueError(k)", Code.EXCEPTION),
    Case("exception lost", "def f(d, k):\n return d[k]", "try: f({}, 'a')\nexcept KeyError: pass",
         "def f(d, k):\n return d.get(k)", Code.EXCEPTION),
    Case("generator made list", GENERATOR, "list(f([' a', 'b ']))",
         "def f(lines):\n return [line.strip() for line in lines]", Code.TYPE),
    Case("eager generator", GENERATOR, "list(f([' a', 'b ']))",
         "def f(lines):\n lines = list(lines)\n yield from [x.strip() for x in lines]",
         Code.LAZINESS),
    Case("iterator consumed", "def f(it):\n return next(it)", "f(iter([1, 2, 3]))",
         "def f(it):\n return list(it)[0]", Code.MUTATION),
    Case("generator mutates", "def f(xs):\n while xs: yield xs.pop()", "list(f([1, 2, 3]))",
         "def f(xs):\n ys = xs[::-1]\n del xs[:]\n yield from ys", Code.LAZINESS),
    Case("self not changed", STORE, STORE_CALLS, STORE.replace("self.items.append(item)", ""),
         Code.RESULT, "Store.add"),
    Case("self changed", STORE, STORE_CALLS,
         STORE.replace("self.items.append", "self.last = item; self.items.append"),
         Code.MUTATION, "Store.add"),
    Case("copies of objects", NODE, NODE_CALLS,
         NODE.replace("[child for child in node.children if child.name]",
                      "[Node(c.name, c.children) for c in node.children if c.name]"),
         Code.ALIASING),
    Case("print lost", "def f(x):\n print(x)\n return x", "f(1)", "def f(x):\n return x",
         Code.OUTPUT),
    Case("warning lost", "import warnings\ndef f(x):\n warnings.warn('old')\n return x", "f(1)",
         "def f(x):\n return x", Code.OUTPUT),
    Case("log lost", "import logging\ndef f(x):\n logging.getLogger('a').info('x %s', x)",
         "f(1)", "def f(x):\n pass", Code.OUTPUT),
    Case("global not counted", "N = 0\ndef f(x):\n global N\n N += 1\n return x", "f(1)",
         "N = 0\ndef f(x):\n return x", Code.GLOBAL_STATE),
    Case("hangs", "def f(x):\n return x", "f(1)", "def f(x):\n while True: pass", Code.TIMEOUT),
    Case("exits", "def f(x):\n return x", "f(1)", "import os\ndef f(x):\n os._exit(0)",
         Code.CRASH),
    Case("does not import", "def f(x):\n return x", "f(1)", "import nowhere\ndef f(x):\n return x",
         Code.CRASH),
    Case("equal to everything", "def f(x):\n return x + 1", "f(1)",
         "class E(int):\n def __eq__(s, o): return True\n def __hash__(s): return 0\n"
         " def __repr__(s): return '2'\ndef f(x):\n return E(x)", Code.TYPE),
    Case("shared cache of a mutable result", UNIQUE, CALLS,
         "C = {}\ndef f(items):\n k = tuple(items)\n if k not in C: C[k] = list(dict.fromkeys(k))\n"
         " return C[k]", Code.RESULT),
    Case("cache by identity", UNIQUE, CALLS,
         "C = {}\ndef f(items):\n k = id(items)\n"
         " if k not in C: C[k] = (items, list(dict.fromkeys(items)))\n return list(C[k][1])",
         Code.RESULT),
    Case("cache blind to types", "def f(x):\n return [x, x]", "f(1); f(2); f(True); f(1.0)",
         "import functools\n@functools.lru_cache(None)\ndef g(x): return (x, x)\n"
         "def f(x):\n return list(g(x))", Code.TYPE),
    Case("coroutine", "async def f(x):\n return x + 1",
         "import asyncio\nasyncio.run(f(1)); asyncio.run(f(2))", "async def f(x):\n return 2",
         Code.RESULT),
    Case("async generator", "async def f(n):\n for i in range(n): yield i",
         "import asyncio\nasync def m(): return [x async for x in f(3)]\nasyncio.run(m())",
         "async def f(n):\n for i in range(n): yield i if i < 2 else 0", Code.RESULT),
    Case("large value", "def f(n):\n return [[i, str(i)] for i in range(n)]", "f(500)",
         "def f(n):\n return [[i, str(i)] if i != 321 else [i, ''] for i in range(n)]",
         Code.RESULT),
    *(Case(f"deep: {change}", DEEP, DEEP_CALLS, DEEP.replace("pass", change), Code.GLOBAL_STATE)
      for change in ("ROWS[2999][1][0] = ''", "NODES[799].number = n", "SETS['all'][2999].add(0)",
                     "NODES[5].tags['all'][0].add(0)", "USED.move_to_end(0)")),
    Case("deep in self", DEEP, "s = Store()\nfor n in (1, 5): s.f(n)",
         DEEP.replace("return self", "self.rows[2999][1].append(0); return self"),
         Code.MUTATION, "Store.f"),
    Case("dict order", "def f(xs):\n return {x: 1 for x in xs}", "f([3, 1, 2])",
         "def f(xs):\n return {x: 1 for x in sorted(xs)}", Code.ORDER),
]  # fmt: skip

RIGHT = [
    Case("ordered set", UNIQUE, CALLS, "def f(items):\n return list(dict.fromkeys(items))", None),
    Case("set order is not seen", "def f(xs):\n return {x for x in xs}", "f(['a', 'b', 'c'])",
         "def f(xs):\n return set(sorted(xs))", None),
    Case("bounded cache", "def f(x):\n return x * 2", "f(1); f(2); f(1)",
         "import functools\n@functools.lru_cache(64, typed=True)\ndef f(x):\n return x * 2", None),
    Case("generator stays lazy", GENERATOR, "list(f([' a', 'b ']))",
         "def f(lines):\n strip = str.strip\n for line in lines:\n  yield strip(line)", None),
    Case("attribute order", "class P:\n def __init__(s): s.a, s.b = 1, 2\ndef f():\n return P()",
         "f()", "class P:\n def __init__(s):\n  s.b = 2\n  s.a = 1\ndef f():\n return P()", None),
    Case("same exception", "def f(d, k):\n return d[k]",
         "f({'a': 1}, 'a')\ntry: f({}, 'a')\nexcept KeyError: pass",
         "def f(d, k):\n try: return d[k]\n except KeyError: raise KeyError(k)", None),
    Case("method", STORE, STORE_CALLS,
         STORE.replace("self.items.append(item)\n        return len(self.items)",
                       "items = self.items\n        items.append(item)\n        return len(items)"),
         None, "Store.add"),
    Case("objects", NODE, NODE_CALLS,
         NODE.replace("[child for child in node.children if child.name]",
                      "list(filter(lambda c: c.name, node.children))"), None),
    Case("cycle", "def f():\n a = []\n a.append(a)\n return a", "f()",
         "def f():\n a = []\n a += [a]\n return a", None),
    Case("nan", "def f(x):\n return x - x", "f(float('inf'))", "def f(x):\n return float('nan')",
         None),
    Case("deep", "def f(n):\n a = []\n for _ in range(n): a = [a]\n return a", "f(5000)",
         "def f(n):\n a = []\n while n: a, n = [a], n - 1\n return a", None),
    Case("iterator kind", "def f(xs):\n return map(str, xs)", "list(f([1, 2]))",
         "def f(xs):\n return (str(x) for x in xs)", None),
]  # fmt: skip


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_wrong_rewrite_is_refused_with_its_reason(case: Case, recorded: Recorded) -> None:
    result = recorded(case.original, case.work, case.target).judge(case.candidate)
    assert result.same is False
    assert result.reason is not None
    assert result.reason.code is case.code, (result.reason, result.difference)


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)
def test_right_rewrite_passes(case: Case, recorded: Recorded) -> None:
    bench = recorded(case.original, case.work, case.target)
    result = bench.judge(case.candidate)
    assert result.same is True, (result.reason, result.difference)
    assert result.compared == bench.recording.calls > 0


def test_tolerance_lets_the_last_bit_differ_but_not_more(recorded: Recorded) -> None:
    source = "def f(xs):\n s = 0.0\n for x in xs: s += x\n return [s, 1]"
    bench = recorded(source, "f([0.1] * 10)")
    tolerant = JudgeSettings(rtol=1e-9)
    assert bench.judge("import math\ndef f(xs): return [math.fsum(xs), 1]", tolerant).same is True
    wrong = bench.judge("import math\ndef f(xs): return [math.fsum(xs) * 1.001, 1]", tolerant)
    assert wrong.reason is not None
    assert wrong.reason.code is Code.RESULT
    assert bench.judge("import math\ndef f(xs): return [math.fsum(xs), 1.0]", tolerant).same is (
        False
    )


def test_outcomes_that_differ_are_told_as_a_traceback_ends(recorded: Recorded) -> None:
    bench = recorded("def f(x):\n return x", "f(1)")
    found = bench.judge("def f(x):\n return x.nope")
    assert found.difference is not None
    assert found.difference.original == "returns int 1"
    expected = "raises AttributeError: \"'int' object has no attribute 'nope'\""
    assert found.difference.candidate == expected
    found = bench.judge("def f(x):\n raise OSError")
    assert found.difference is not None
    assert found.difference.candidate == "raises OSError"


def test_difference_names_the_place_and_is_runnable(recorded: Recorded) -> None:
    source = "def f(names):\n return [{'name': n} for n in names]"
    bench = recorded(source, "f(['a', 'b'])")
    result = bench.judge("def f(names):\n return [{'name': n.upper()} for n in names]")
    assert result.difference is not None
    assert result.difference.what == "result[0]['name']"
    assert (result.difference.original, result.difference.candidate) == ("str 'a'", "str 'A'")
    assert result.difference.snippet == "import lib\nprint(repr(lib.f(['a', 'b'])))"


def test_place_in_a_large_value_is_found(recorded: Recorded) -> None:
    source = "def f(n):\n return [[i, str(i)] for i in range(n)]"
    bench = recorded(source, "f(500)")
    result = bench.judge("def f(n):\n return [[i, str(i % 400)] for i in range(n)]")
    assert result.difference is not None
    assert result.difference.what == "result[400][1]"


@pytest.mark.parametrize(
    ("source", "work"),
    [
        ("import random\ndef f():\n return random.random()", "f()"),
        ("def f(xs):\n return list(set(xs))", "f(['a', 'b', 'c', 'd', 'e', 'f'])"),
        ("def f(x):\n return lambda: x", "f(1)"),
        ("def f(x):\n return 1", "f(i for i in range(2))"),
        ("def f(x):\n return 1", ""),
        ("LIMIT = 3\ndef f(x):\n return x + LIMIT", "lib.LIMIT = 9\nf(1)"),
    ],
)
def test_what_cannot_be_compared_is_unverified(source: str, work: str, recorded: Recorded) -> None:
    result = recorded(source, work).judge(source)
    assert result.same is None
    assert result.reason is not None
    assert result.reason.code is Code.UNVERIFIED


def test_decorators_that_read_the_source_see_the_candidate(recorded: Recorded) -> None:
    original = """
        import inspect, textwrap

        def rebuilt(function):
            names = {}
            lines = inspect.getsource(function).split("\\n")[1:]
            exec(compile(textwrap.dedent("\\n".join(lines)), __file__, "exec"), names)
            return names["f"]

        @rebuilt
        def f(n):
            return n + 1
        """
    bench = recorded(original, "f(1); f(2)")
    result = bench.judge(original.replace("n + 1", "n + 2"))
    assert result.same is False


@pytest.mark.parametrize("who", ["original", "candidate"])
def test_what_somebody_kills_is_asked_again(who: str, recorded: Recorded, tmp_path: Path) -> None:
    """A kill, as by a system that is out of memory for a moment, says nothing of the calls."""
    flag = tmp_path / "flag"
    source = f"""
        import os
        def f(n):
            if os.path.exists({str(flag)!r}):
                os.remove({str(flag)!r})
                os.kill(os.getpid(), 9)
            return n
    """
    bench = recorded(source, "f(1); f(2)")
    settings = JudgeSettings()
    if who == "original":
        flag.touch()
    truth = oracle.consult(bench.place, bench.project, bench.recording, settings, further=False)
    assert len(truth.answers) == 2
    if who == "candidate":
        flag.touch()
    text = {"lib.py": dedent(source)}
    assert oracle.check(bench.place, bench.project, truth, text, settings).same is True
    assert not flag.exists()
