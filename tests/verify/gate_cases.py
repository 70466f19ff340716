"""Changes that the gate must refuse, and changes that it must let through.

Every case edits ``BEFORE``: pairs of (text, replacement). The target is ``unique`` unless the case
says otherwise.
"""

# ruff: noqa: E501 - one case a line reads best

from __future__ import annotations

from dataclasses import dataclass

from codeopt.model.reasons import Code

BEFORE = '''"""Lists without repetition."""

import os
import re
import time
from functools import wraps

from vendor import fast

__all__ = ["unique", "names", "stamp"]

LIMIT = 10
_SEEN = {}


def logged(function):
    @wraps(function)
    def inner(*args):
        return function(*args)

    return inner


def unique(items, limit=LIMIT, *, key=None):
    """Return the items without repetition."""
    out = []
    for item in items:
        if item not in out:
            out.append(item)
    return out


def names(rows):
    """Yield names.

    >>> list(names([{"name": "a"}]))
    ['a']
    """
    for row in rows:
        yield row["name"]


@logged
def stamp(rows: list) -> list:
    """Put a time beside each row."""
    return [(time.time(), row) for row in rows]


async def load(path):
    with open(path) as file:
        return file.read()


def remember(key):
    _SEEN[key] = 1
    return os.listdir(key)


def later():
    raise NotImplementedError


class Box(dict):
    """Hold things."""

    size = 3

    def total(self, weight: int = 1):
        result = 0
        for value in self.values():
            result = result + value * weight
        return result

    @property
    def first(self):
        return sorted(self)[0]

    @first.setter
    def first(self, value):
        self[value] = 1
'''

LOOP = """    out = []
    for item in items:
        if item not in out:
            out.append(item)
    return out
"""
TOP = "LIMIT = 10\n"
DEF = "def unique(items, limit=LIMIT, *, key=None):\n"
FAST = "    return list(dict.fromkeys(items))\n"


@dataclass(frozen=True)
class Case:
    """Hold a change: edits of BEFORE, the target, and the code it is refused with (None: none)."""

    name: str
    edits: tuple[tuple[str, str], ...]
    code: Code | None = None
    target: str = "unique"
    effect: str = ""
    allow: tuple[str, ...] = ()

    def after(self) -> str:
        text = BEFORE
        for old, new in self.edits:
            assert text.count(old) == 1, (self.name, old, text.count(old))
            text = text.replace(old, new)
        return text


def body(text: str) -> tuple[str, str]:
    """Replace the body of ``unique``."""
    lines = "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())
    return (LOOP, lines)


def top(text: str) -> tuple[str, str]:
    """Put text at the top, behind the imports."""
    return (TOP, f"{TOP}{text}\n")


def imports(text: str) -> tuple[str, str]:
    """Add an import line."""
    return ("import os\n", f"import os\n{text}\n")


def line(text: str) -> tuple[tuple[str, str], ...]:
    """Put one statement into the fast body of ``unique``."""
    return (body(f"{text}\nreturn list(dict.fromkeys(items))"),)


MEMO = (
    "key = tuple(items)\nif key not in _MEMO:\n    _MEMO[key] = list(dict.fromkeys(key))\n"
    "return list(_MEMO[key])"
)

LET_THROUGH = (
    Case("a new body", (body("return list(dict.fromkeys(items))"),)),
    Case("a reworded docstring", ((LOOP, FAST), ("the items without", "items, without"))),
    Case("another name for the clock", (top("_now = time.time"), ("time.time(), row", "_now(), row")), target="stamp"),
    Case("a comment elsewhere", ((LOOP, FAST), (TOP, "LIMIT = 10  # enough\n"))),
    Case("a private helper", ((LOOP, "    return _fast(items)\n"), top("def _fast(x):\n    return x"))),
    Case("a helper class", (*line("_Node()"), top("class _Node:\n    __slots__ = ('a',)"))),
    Case("a private constant", (*line("_PAIRS.get(0)"), top("_PAIRS = {1: 2}"))),
    Case("a typed private constant", (*line("_PAIRS.get(0)"), top("_PAIRS: dict = {1: 2}"))),
    Case("a compiled pattern", (*line("_WORD.match('')"), top(r"_WORD = re.compile(r'\w+')"))),
    Case("a new pure import", (imports("import itertools"), *line("itertools.chain(items)"))),
    Case("a pure name", (imports("from collections import deque"), *line("deque(items)"))),
    Case("a local pure import", line("from operator import itemgetter")),
    Case("a dependency of the project", (imports("import numpy as np"), *line("np.sort(items)"))),
    Case("a package the file uses", (imports("from vendor import slow"), *line("slow(items)"))),
    Case("more names from one import", (("import fast", "import fast, faster"), (LOOP, FAST))),
    Case("a relative import", (imports("from . import tables"), *line("tables.x"))),
    Case("local aliases", line("append = [].append\nlength = len")),
    Case("annotations on a plain function", ((DEF, DEF.replace("items,", "items: list,")), (LOOP, FAST))),
    Case("a mutated local", line("table = {}\ntable['a'] = 1\ntable.update(b=2)")),
    Case("a mutated argument", line("items.append(1)\nitems[0] = 2\nlimit += 1")),
    Case("a local called like a built-in", line("open = 3\ncompile = open")),
    Case("a call of re.compile", line("re.compile('a')")),
    Case("functions called like mutators", (imports("import numpy as np"), *line("np.insert(items, 0, 1)"))),
    Case("list.append as a function", line("list.append(items, 3)")),
    Case("pure names of os and sys", (imports("import operator"), *line("os.path.join('a', os.sep)"))),
    Case("getattr by name", line("getattr(items, 'x', None)\ngetattr(items, key)")),
    Case("the object's own __dict__", line("items.__dict__")),
    Case("the class of an object", line("items.__class__ is type(items)")),
    Case("a nested function", line("def inner(x):\n    return x + 1")),
    Case("nonlocal in a nested function", line("n = 0\ndef inner():\n    nonlocal n\n    n += 1")),
    Case("str.replace and str.join", line("'a'.replace('a', 'b')")),
    Case("raising NotImplementedError on a branch", line("if key:\n    raise NotImplementedError(key)")),
    Case("a bounded cache", (imports("from functools import lru_cache"), top("@lru_cache(maxsize=64)\ndef _f(x):\n    return x"), *line("_f(1)")), effect="lru_cache"),
    Case("lru_cache as it comes", (imports("import functools"), top("@functools.lru_cache\ndef _f(x):\n    return x"), *line("_f(1)")), effect="lru_cache"),
    Case("a cache with a named size", (imports("import functools"), top("@functools.lru_cache(LIMIT)\ndef _f(x):\n    return x"), *line("_f(1)")), effect="lru_cache"),
    Case("an unbounded cache, allowed", (imports("import functools"), top("@functools.cache\ndef _f(x):\n    return x"), *line("_f(1)")), effect="cache", allow=("unbounded-cache",)),
    Case("a cache of one answer", (imports("import functools"), top("@functools.cache\ndef _f():\n    return LIMIT"), *line("_f()")), effect="cache"),
    Case("maxsize None for one answer", (imports("import functools"), top("@functools.lru_cache(maxsize=None)\ndef _f():\n    return LIMIT"), *line("_f()")), effect="lru_cache"),
    Case("an empty line behind the examples", (("['a']\n    ", "['a']\n\n    "), ("yield row[\"name\"]", "yield row['name'] + ''")), target="names"),
    Case("a memo with a limit", (top("_MEMO = {}"), body("if len(_MEMO) > 99:\n    _MEMO.clear()\n" + MEMO)), effect="_MEMO"),
    Case("a memo by weak keys", (imports("import weakref"), top("_MEMO = weakref.WeakKeyDictionary()"), body(MEMO)), effect="_MEMO"),
    Case("a bounded deque", (imports("from collections import deque"), top("_LAST = deque(maxlen=3)"), *line("_LAST.append(items)")), effect="_LAST"),
    Case("a global counter of its own", (top("_calls = 0"), *line("global _calls\n_calls += 1")), effect="_calls"),
    Case("a function attribute with a limit", line("if len(unique.memo) > 3:\n    unique.memo.clear()\nunique.memo[1] = 2"), effect="function unique"),
    Case("an attribute of self", (("        result = 0\n", "        result = 0\n        self._last = 1\n"),), target="Box.total", effect="_last"),
    Case("a method", (("result + value * weight", "result + weight * value"),), target="Box.total"),
    Case("a new private method", (("result + value * weight", "self._more(value)"), ("    size = 3\n", "    size = 3\n\n    def _more(self, x):\n        return x\n")), target="Box.total"),
    Case("a property", (("sorted(self)[0]", "min(self)"),), target="Box.first"),
    Case("a decorated function keeps its clock", (("[(time.time(), row) for row in rows]", "list(zip([time.time()], rows))"),), target="stamp"),
    Case("a generator", (("        yield row[\"name\"]", "        name = row['name']\n        yield name"),), target="names"),
    Case("a reader of files keeps reading", (("        return file.read()", "        return ''.join(file)"),), target="load"),
    Case("another way of reading", (("os.listdir(key)", "[e.name for e in os.scandir(key)]"),), target="remember"),
    Case("a global that it wrote before", (("    _SEEN[key] = 1\n", "    _SEEN[str(key)] = 1\n"),), target="remember"),
    Case("code where a stub was", (("raise NotImplementedError\n", "return 1\n"),), target="later"),
    Case("a lambda", line("sorted(items, key=lambda x: x[0])")),
    Case("walrus, match and comprehensions", line("match items:\n    case []:\n        return []\n    case _ if (n := len(items)):\n        [n for _ in items]")),
    Case("an Enum of its own", (imports("import enum"), top("class _Kind(enum.Enum):\n    A = 1"), *line("_Kind.A"))),
    Case("a helper class with __eq__", (top("class _Key:\n    def __eq__(self, other):\n        return self is other"), *line("_Key()")), effect="__eq__"),
    Case("a helper that yields", (top("def _walk(x):\n    yield from x"), *line("_walk(items)"))),
    Case("the last answer only", (top("_last = (None, None)"), *line("global _last\nif _last[0] != items:\n    _last = (items, 1)")), effect="_last"),
    Case("a constant from what nobody changes", (top("_BOUND = LIMIT * 2"), *line("_BOUND"))),
    Case("a memo whose key has what may change", (top("_MEMO = {}"), body("key = (items, len(_SEEN))\nif key not in _MEMO:\n    if len(_MEMO) > 9:\n        _MEMO.clear()\n    _MEMO[key] = list(_SEEN)\nreturn _MEMO[key]")), effect="_MEMO"),
    Case("a function that reads what may change when it is called", (top("_key = lambda item: _SEEN.get(item)"), *line("sorted(items, key=_key)"))),
    Case("datetime without a clock", (imports("import datetime"), *line("datetime.date(2000, 1, 1)"))),
)  # fmt: skip


def forbidden(name: str, *edits: tuple[str, str], code: Code = Code.FORBIDDEN) -> Case:
    """Build a case that is refused."""
    return Case(name, edits, code)


REFUSED = (
    # nothing, or nothing that counts
    Case("no change", (), Code.NO_CHANGE),
    Case("only layout", (("    out = []\n", "    out = []  # found\n\n"),), Code.NO_CHANGE),
    Case("only a docstring", (("the items without", "items, without"),), Code.NO_CHANGE),
    Case("broken code", (body("return ]"),), Code.UNPARSABLE),
    # other code
    Case("another function", ((LOOP, FAST), ("_SEEN[key] = 1", "_SEEN[key] = 2")), Code.OTHER_CODE),
    Case("another method", ((LOOP, FAST), ("value * weight", "value")), Code.OTHER_CODE),
    Case("a class attribute", ((LOOP, FAST), ("size = 3", "size = 4")), Code.OTHER_CODE),
    Case("a base class", ((LOOP, FAST), ("Box(dict)", "Box(list)")), Code.OTHER_CODE),
    Case("a constant", ((LOOP, FAST), ("LIMIT = 10", "LIMIT = 11")), Code.OTHER_CODE),
    Case("a private constant", ((LOOP, FAST), ("_SEEN = {}", "_SEEN = []")), Code.OTHER_CODE),
    Case("a module statement", (top("print(1)"), (LOOP, FAST)), Code.OTHER_CODE),
    Case("a patch at import", (top("re.sub = None"), (LOOP, FAST)), Code.OTHER_CODE),
    Case("a condition at import", (top("if LIMIT:\n    _X = 1"), (LOOP, FAST)), Code.OTHER_CODE),
    Case("a removed import", ((LOOP, FAST), ("import re\n", "")), Code.PUBLIC_NAME),
    Case("another import of the name", ((LOOP, FAST), ("import fast", "import slow as fast")), Code.OTHER_CODE),
    Case("an import over a built-in", (imports("from operator import pow"), *line("pow(1, 2)")), Code.OTHER_CODE),
    Case("an import over a function", (imports("from operator import add as names"), *line("names(1, 2)")), Code.OTHER_CODE),
    Case("a helper over a private name", (top("def _SEEN():\n    return 1"), (LOOP, FAST)), Code.OTHER_CODE),
    Case("the target defined twice", ((DEF, f"{DEF}    return 1\n\n\n{DEF}"), (LOOP, FAST)), Code.OTHER_CODE),
    Case("a new method in another class", (*line("1"), ("    size = 3\n", "    size = 3\n\n    def _m(self):\n        return 1\n")), Code.OTHER_CODE),
    Case("a moved function", (("def later():\n    raise NotImplementedError\n", ""), top("def later():\n    raise NotImplementedError\n"), (LOOP, FAST)), Code.OTHER_CODE),
    # public names
    Case("a public helper", (top("def helper(x):\n    return x"), *line("helper(1)")), Code.PUBLIC_NAME),
    Case("a public constant", (top("TABLE = {}"), (LOOP, FAST)), Code.PUBLIC_NAME),
    Case("a removed function", ((LOOP, FAST), ("def later():\n    raise NotImplementedError\n", "")), Code.PUBLIC_NAME),
    Case("a renamed function", ((LOOP, FAST), ("def later", "def sooner")), Code.PUBLIC_NAME),
    Case("a changed __all__", ((LOOP, FAST), ('["unique", ', "[")), Code.OTHER_CODE),
    Case("a public method", (("result + value * weight", "value"), ("    size = 3\n", "    size = 3\n\n    def more(self):\n        return 1\n")), Code.PUBLIC_NAME, "Box.total"),
    # the shape of the target
    Case("another parameter", ((DEF, DEF.replace("key", "by")), (LOOP, FAST)), Code.SIGNATURE),
    Case("one parameter more", ((DEF, DEF.replace("key=None", "key=None, memo={}")), (LOOP, FAST)), Code.SIGNATURE),
    Case("another default", ((DEF, DEF.replace("=LIMIT", "=9")), (LOOP, FAST)), Code.SIGNATURE),
    Case("another kind of parameter", ((DEF, DEF.replace("*, ", "")), (LOOP, FAST)), Code.SIGNATURE),
    Case("positional only", ((DEF, DEF.replace("items,", "items, /,")), (LOOP, FAST)), Code.SIGNATURE),
    Case("annotations under a decorator", (("rows: list", "rows: tuple"),), Code.SIGNATURE, "stamp"),
    Case("annotations in a subclass", (("weight: int", "weight: float"),), Code.SIGNATURE, "Box.total"),
    Case("a decorator more", ((DEF, f"@logged\n{DEF}"), (LOOP, FAST)), Code.DECORATORS),
    Case("a cache as decorator", (imports("import functools"), (DEF, f"@functools.lru_cache(9)\n{DEF}")), Code.DECORATORS),
    Case("a decorator less", (("@logged\n", ""),), Code.DECORATORS, "stamp"),
    Case("a function turns asynchronous", ((DEF, f"async {DEF}"), (LOOP, FAST)), Code.KIND),
    Case("a coroutine turns plain", (("async def load", "def load"),), Code.KIND, "load"),
    Case("a function turns generator", (body("yield from dict.fromkeys(items)"),), Code.KIND),
    Case("a generator turns function", (("    for row in rows:\n        yield row[\"name\"]\n", "    return (r['name'] for r in rows)\n"),), Code.KIND, "names"),
    Case("an example in the docstring", (("['a']\n", "['b']\n"), ('yield row["name"]', "yield row['name'] + ''")), Code.LOCKED_FILE, "names"),
    Case("a docstring under a decorator", (("Put a time beside", "Time"), ("(time.time(), row)", "(time.time(), (row))[:]")), Code.LOCKED_FILE, "stamp"),
    # stubs
    Case("pass", (body("pass"),), Code.STUB),
    Case("an ellipsis", (body("..."),), Code.STUB),
    Case("only a comment", (body("# TODO: make this fast\npass"),), Code.STUB),
    Case("NotImplementedError", (body("raise NotImplementedError('later')"),), Code.STUB),
    Case("a helper without a body", (top("def _f(x):\n    pass"), *line("_f(1)")), Code.STUB),
    Case("an ellipsis instead of the rest", (body("out = []\n...\nreturn out"),), Code.STUB),
    # imports
    Case("an unknown package", (imports("import orjson"), *line("orjson.dumps(1)")), Code.IMPORT),
    Case("a star", (imports("from math import *"), *line("sqrt(1)")), Code.IMPORT),
    Case("the future", ((LOOP, FAST), ("import os\n", "from __future__ import annotations\nimport os\n")), Code.IMPORT),
    Case("the project's tests", (imports("from .tests import data"), *line("data.x")), Code.IMPORT),
    Case("threading", (imports("import threading"), *line("threading.Lock()")), Code.IMPORT),
    Case("ctypes", line("import ctypes\nctypes.pythonapi"), Code.IMPORT),
    Case("inspect, inside", line("import inspect"), Code.IMPORT),
    Case("pytest", (imports("import pytest"), *line("pytest.skip()")), Code.IMPORT),
    Case("pytest, though a dependency", (imports("from unittest import mock"), *line("mock.x")), Code.IMPORT),
    Case("importlib", line("import importlib as i\ni.reload(re)"), Code.IMPORT),
    Case("random", (imports("import random"), *line("random.random()")), Code.IMPORT),
    Case("pathlib", (imports("from pathlib import Path"), *line("Path('a').write_text('')")), Code.IMPORT),
    Case("sys", (imports("import sys"), *line("sys._getframe()")), Code.IMPORT),
    Case("gc", (imports("import gc"), *line("gc.disable()")), Code.IMPORT),
    # forbidden constructs, by modules that the file already has
    forbidden("a clock", *line("time.perf_counter()")),
    forbidden("a clock by name", imports("from time import perf_counter"), *line("perf_counter()")),
    forbidden("sleep", *line("time.sleep(0)")),
    forbidden("today", imports("from datetime import datetime"), *line("datetime.now()")),
    forbidden("the environment", *line("os.environ.get('CI')")),
    forbidden("getenv", *line("os.getenv('CI')")),
    forbidden("exit", *line("os._exit(0)")),
    forbidden("system", *line("os.system('true')")),
    forbidden("fork", *line("os.fork()")),
    forbidden("listing files", *line("os.listdir('.')")),
    forbidden("sys through os", *line("os.sys.modules")),
    forbidden("open", *line("open('x')")),
    forbidden("open for writing", *line("open('x', 'w').write('1')")),
    Case("writing where it read", (("open(path)", "open(path, 'a')"),), Code.FORBIDDEN, "load"),
    Case("another clock where there was one", (("time.time()", "time.monotonic()"),), Code.FORBIDDEN, "stamp"),
    forbidden("exec", *line("exec('1')")),
    forbidden("eval", *line("eval('1')")),
    forbidden("compile", *line("compile('1', '', 'eval')")),
    forbidden("__import__", *line("__import__('time')")),
    forbidden("globals", *line("globals()['x'] = 1")),
    forbidden("builtins by name", *line("__builtins__")),
    forbidden("exit by exception", *line("raise SystemExit(0)")),
    forbidden("quit", *line("quit()")),
    forbidden("__globals__", *line("logged.__globals__")),
    forbidden("__code__", *line("unique.__code__ = None")),
    forbidden("__subclasses__", *line("object.__subclasses__()")),
    forbidden("__closure__", *line("logged.__closure__")),
    forbidden("__wrapped__", *line("stamp.__wrapped__")),
    forbidden("special attribute by string", *line("getattr(logged, '__globals__')")),
    forbidden("special attribute by pieces", *line("getattr(logged, '__glo' + 'bals__')")),
    forbidden("a module's __dict__", *line("re.__dict__['x']")),
    forbidden("vars of a module", *line("vars(re)['x'] = 1")),
    forbidden("frames", *line("(x for x in ()).gi_frame")),
    forbidden("a traceback", *line("Exception().__traceback__")),
    forbidden("a finalizer", top("class _C:\n    def __del__(self):\n        print(1)"), *line("_C()")),
    forbidden("a proxy", top("class _C:\n    def __getattr__(self, n):\n        return n"), *line("_C()")),
    forbidden("equal to everything", top("class _C:\n    def __eq__(self, o):\n        return True"), *line("_C()")),
    forbidden("equal to everything, inside", *line("class C:\n    def __eq__(self, o):\n        return True")),
    # patching
    forbidden("a module's attribute", *line("re.sub = None")),
    forbidden("a module's attribute by alias", *line("m = re\nm.sub = None")),
    forbidden("setattr on a module", *line("setattr(re, 'sub', None)")),
    forbidden("delattr on a module", *line("delattr(re, 'sub')")),
    forbidden("deleting from a module", *line("del re.sub")),
    forbidden("a class of the file", *line("Box.total = None")),
    forbidden("the class of an argument", *line("type(items).x = 1")),
    forbidden("the class of an argument, otherwise", *line("items.__class__.x = 1")),
    forbidden("changing a class", *line("items.__class__ = dict")),
    forbidden("setattr on a class", *line("setattr(type(items), 'x', 1)")),
    forbidden("a function of the file", *line("names.x = 1")),
    forbidden("an old global", *line("global LIMIT\nLIMIT = 3")),
    forbidden("an old dictionary", *line("_SEEN[1] = 1")),
    forbidden("an old dictionary by method", *line("_SEEN.update(a=1)")),
    forbidden("something imported", *line("fast.append(1)\nfast[0] = 1")),
    forbidden("a built-in's attribute", *line("print.x = 1")),
    forbidden("a module in a helper", top("def _f():\n    re.sub = None"), *line("_f()")),
    forbidden("a module as loop variable", *line("for re.x in items:\n    break")),
    forbidden("a module in a class body", top("class _C:\n    re.sub = None"), *line("_C()")),
    forbidden("a module in a lambda", top("_f = lambda: setattr(re, 'sub', None)"), *line("_f()")),
    # what is kept while the file changes what it was made from
    forbidden("a constant from what changes", (TOP + "_SEEN = {}\n", TOP + "_SEEN = {}\n_KNOWN = frozenset(_SEEN)\n"), *line("_KNOWN")),
    forbidden("a cached helper that reads what changes", (TOP + "_SEEN = {}\n", TOP + "_SEEN = {}\n\n\n@lru_cache(9)\ndef _f(x):\n    return _SEEN.get(x)\n"), imports("from functools import lru_cache"), *line("_f(1)")),
    forbidden("a memo of what changes", top("_MEMO = {}"), body("if key not in _MEMO:\n    if len(_MEMO) > 9:\n        _MEMO.clear()\n    _MEMO[key] = list(_SEEN)\nreturn _MEMO[key]")),
    Case("a constant from the clock", (top("_NOW = time.time()"), ("time.time(), row", "_NOW, row")), Code.FORBIDDEN, "stamp"),
    Case("a cached helper that reads a file", (imports("from functools import lru_cache"), top("@lru_cache(9)\ndef _f(p):\n    return open(p).read()"), ("    with open(path) as file:\n        return file.read()", "    return _f(path)")), Code.FORBIDDEN, "load"),
    # caches that grow
    Case("functools.cache", (imports("import functools"), top("@functools.cache\ndef _f(x):\n    return x"), *line("_f(1)")), Code.UNBOUNDED_CACHE, effect="cache"),
    Case("functools.cache on any arguments", (imports("import functools"), top("@functools.cache\ndef _f(*x):\n    return x"), *line("_f(1)")), Code.UNBOUNDED_CACHE, effect="cache"),
    Case("maxsize None", (imports("from functools import lru_cache as c"), top("@c(maxsize=None)\ndef _f(x):\n    return x"), *line("_f(1)")), Code.UNBOUNDED_CACHE, effect="lru_cache"),
    Case("cache as a function", (imports("import functools"), top("def _g(x):\n    return x\n\n\n_f = functools.cache(_g)"), *line("_f(1)")), Code.UNBOUNDED_CACHE, effect="cache"),
    Case("a module-level memo", (top("_MEMO = {}"), body(MEMO)), Code.UNBOUNDED_CACHE, effect="_MEMO"),
    Case("a module-level list", (top("_ALL = []"), *line("_ALL.append(items)")), Code.UNBOUNDED_CACHE, effect="_ALL"),
    Case("a memo in a default", (top("def _f(x, memo={}):\n    memo[x] = x\n    return memo[x]"), *line("_f(1)")), Code.UNBOUNDED_CACHE, effect="memo"),
    Case("a memo on the function", line("unique.memo[str(items)] = 1"), Code.UNBOUNDED_CACHE, effect="function unique"),
    Case("a chain of tuples", (top("_chain = ()"), *line("global _chain\n_chain = (items, _chain)")), Code.UNBOUNDED_CACHE, effect="_chain"),
    Case("a chain by way of a local", (top("_chain = ()"), *line("global _chain\nold = _chain\n_chain = (items, old)")), Code.UNBOUNDED_CACHE, effect="_chain"),
    Case("a memo on the helper", (top("def _f(x):\n    _f.memo[x] = x\n    return x"), *line("_f(1)")), Code.UNBOUNDED_CACHE, effect="function _f"),
    Case("a memo by __missing__", (top("class _M(dict):\n    def __missing__(self, k):\n        self[k] = k\n        return k\n\n\n_m = _M()"), *line("_m[1]")), Code.UNBOUNDED_CACHE, effect="_m"),
)  # fmt: skip
