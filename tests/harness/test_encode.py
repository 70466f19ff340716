"""What differs for a caller has different tokens; what does not has the same ones."""

from __future__ import annotations

import pytest

from .inside import every_python, run

SETUP = """
import array, collections, dataclasses, datetime, decimal, enum, fractions, functools, re, sys
from _codeopt_harness.encode import Encoder, Section, digest
from _codeopt_harness.describe import describe

class Liar:
    def __eq__(self, other): return True
    def __hash__(self): return 1
    def __repr__(self): return "1"
class Point:
    def __init__(self, x, y): self.x, self.y = x, y
class Slotted:
    __slots__ = ("a",)
    def __init__(self, a): self.a = a
@dataclasses.dataclass(frozen=True)
class Frozen:
    a: int
class Color(enum.Enum):
    RED = 1
    BLUE = 2
class Names(list): pass
class Text(str): pass
Pair = collections.namedtuple("Pair", "a b")
def swapped(): p = Point(1, 2); vars(p).clear(); p.y, p.x = 2, 1; return p
def shared(): a = []; return [a, a]
def cyclic(n):
    a = [n]
    a.append(a)
    return a
def deep(n):
    a = None
    for _ in range(n): a = [a]
    return a
def raised(cause=None):
    try:
        raise ValueError("no", 1) from cause
    except ValueError as error:
        return error
def moved(key):
    found = collections.OrderedDict(a=1, b=2)
    found.move_to_end(key)
    return found
def noted(note):
    error = ValueError("no")
    error.__notes__ = [note]
    return error

def key(value, **options):
    section = Encoder(describe, **options).walk(value, "x", Section(), drain=True)
    return digest(section.tokens) if not section.opaque else "opaque"
"""

DIFFERENT = """
assert_pairs = [
    (1, 1.0), (1, True), (0, False), (0.0, -0.0), ("a", b"a"), ([1], (1,)), ({1}, frozenset({1})),
    ([1, 2], [2, 1]), ({1: 1, 2: 2}, {2: 2, 1: 1}), ("", None), (0.1 + 0.2, 0.3),
    (1, Liar()), (Liar(), 1), ([1] * 100, [1] * 99 + [True]), ([1] * 100, [1] * 99 + [1.0]),
    ([0.0] * 100, [0.0] * 99 + [-0.0]), ("x" * 1000, "x" * 999 + "y"), (10**5000, 10**5000 + 1),
    (Point(1, 2), Point(1, 3)), (Slotted(1), Slotted(2)), (Frozen(1), Frozen(2)),
    (Color.RED, Color.BLUE), (Names([1]), [1]), (Text("a"), "a"), (Pair(1, 2), (1, 2)),
    (shared(), [[], []]), (cyclic(1), cyclic(2)),
    (decimal.Decimal("1.0"), decimal.Decimal("1.00")), (fractions.Fraction(1, 2), 0.5),
    (datetime.date(2020, 1, 1), datetime.date(2020, 1, 2)),
    (datetime.datetime(2020, 1, 1), datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)),
    (re.compile("a"), re.compile("a", re.I)), (collections.deque([1], 2), collections.deque([1])),
    (moved("a"), moved("b")), (collections.OrderedDict(a=1), {"a": 1}),
    (collections.defaultdict(int), collections.Counter()),
    (collections.defaultdict(int), collections.defaultdict(list)), (range(3), range(4)),
    (array.array("i", [1]), array.array("l", [1])), (bytearray(b"a"), b"a"), (len, sum),
    (functools.partial(int, base=2), functools.partial(int, base=3)),
    (ValueError("a"), KeyError("a")), (ValueError("a"), ValueError("b")),
    (raised(), raised(KeyError(1))), (noted("a"), noted("b")),
    (1 + 0j, complex(1, -0.0)), (iter([1, 2]), iter([1, 3])), (slice(1), slice(2)), (int, float),
    ({"a": [1, {2}]}, {"a": [1, {3}]}), ({(1, True)}, {(1, 1)}),
]
for a, b in assert_pairs:
    assert key(a) != key(b), (a, b)
"""

EQUAL = """
pairs = [
    (float("nan"), -float("nan")), ({"a", "b", "c"}, set("cba")), (Point(1, 2), swapped()),
    (shared(), shared()), (cyclic(1), cyclic(1)), (deep(100_000), deep(100_000)),
    (raised(), raised()), (Liar(), Liar()), (iter([1, 2]), (x for x in (1, 2))),
    ([Frozen(1)] * 2, [Frozen(1), Frozen(1)]), ([("a",)] * 2, [("a",), ("a",)]),
    ({frozenset({1, 2}): 1}, {frozenset({2, 1}): 1}), ({Color.RED, 1}, {1, Color.RED}),
]
for a, b in pairs:
    assert key(a) == key(b) != "opaque", (a, b)
assert key([1.0, 2], tolerant=True) == key([1.5, 2], tolerant=True)
assert key([1.0, 2], tolerant=True) != key([1, 2], tolerant=True)
"""

OPAQUE = """
def outer():
    def inner(): pass
    return inner
assert key(lambda: 1) == "opaque"
assert key([outer()]) == "opaque"
assert key(open("/dev/null")) == "opaque"
encoder = Encoder(describe)
inside = outer()
encoder.walk([inside], "x", Section(), register=True)
again = encoder.walk(inside, "y", Section())
assert not again.opaque, "an opaque object that was there before can be told"
"""

FOOLED = """
import builtins
a, b = [1, [2]], [1, [3]]
names = "type id len repr isinstance sorted set map zip list str"
for name in names.split():
    setattr(builtins, name, None)
different = key(a) != key(b)
if not different: raise SystemExit(1)
"""


LARGE = """
def table():
    return {"k%d" % n: [n, str(n), {"x": (n, [0.5])}] for n in range(100)}

def after(change):
    owner = Point(table(), [])
    encoder = Encoder(describe)
    encoder.walk(owner, "x", Section(blind=True), register=True)
    change(owner.x)
    section = encoder.walk(owner, "x", Section())
    assert not section.opaque
    return digest(section.tokens)

def put(key, value): return lambda t: t.__setitem__(key, value(t))
def inner(change): return lambda t: change(t["k7"])
kept = after(lambda t: None)
changes = [
    inner(lambda v: v.append(None)), inner(lambda v: v.__setitem__(0, 7.0)),
    lambda t: t["k1"].__setitem__(0, True), lambda t: t["k1"].__setitem__(0, Text(1)),
    inner(lambda v: v[2]["x"][1].append(1)), inner(lambda v: v[2].__setitem__("x", [7, [0.5]])),
    inner(lambda v: v[2].__setitem__("x", (7, [0.5]))), put("k3", lambda t: list(t["k3"])),
    put("k3", lambda t: t["k4"]), put("k3", lambda t: tuple(t["k3"])),
    put("k3", lambda t: Names(t["k3"])), put("k3", lambda t: t), lambda t: t.pop("k99"),
    put("k3", lambda t: [3, "3", {"x": (3, [0.5])}]), lambda t: t.update(k0=t.pop("k0")),
    put("k3", lambda t: {3: t["k3"]}), lambda t: t["k3"].append(t["k4"]),
]
found = [after(change) for change in changes]
assert len({kept, *found}) == 1 + len(changes), [n for n, f in enumerate(found) if f == kept]
assert kept == after(lambda t: t["k7"].append(t["k7"].pop())) == after(lambda t: t)
one, two = table(), table()
assert key(one) == key(two) != key(dict(one, k3=one["k4"]))
assert key(one, close=True) == key(two, close=True) != key(one)
assert len(Encoder(describe).walk(one, "x", Section()).tokens) < 10
"""

PACKED = """
def rows(last, count=100): return [[n, str(n), None] for n in range(count)] + [[last]]
different = [
    0, 0.0, -0.0, False, None, "", b"", "0", 1, True, 10**20, 10**5000, 10**5000 + 1, "\\ud800",
    float("inf"), float("-inf"), float("nan"), (), (0,), [], {}, [0], {0: 0}, {0: None},
]
keys = [key(rows(last)) for last in different]
assert len(set(keys)) == len(keys), keys
long = "".join(["long", " text"])
equal = [
    (float("nan"), -float("nan")), (10**20, int("1" + "0" * 20)), ("name", sys.intern("name")),
    ([long, long], ["long text", "".join(["long ", "text"])]),
    ([float("inf"), float("-inf"), 1.5], [float("inf"), float("-inf"), 1.5]),
]
for a, b in equal:
    assert key(rows(a)) == key(rows(b)), (a, b)
"""


@every_python
@pytest.mark.parametrize(
    "code",
    [DIFFERENT, EQUAL, OPAQUE, FOOLED, LARGE, PACKED],
    ids=["≠", "=", "?", "patched", "large", "packed"],
)
def test_tokens(code: str, python: str) -> None:
    run(SETUP + code, python)


def test_order_of_sets_does_not_depend_on_hashes() -> None:
    code = SETUP + "print(key({'a', 'b', ('c', 1), frozenset('xyz'), None, 2.5}))"
    assert len({run(code) for _ in range(3)}) == 1


def test_paths_name_the_place() -> None:
    code = """
    from _codeopt_harness.encode import where
    section = Encoder(describe).walk([{"a": Point(1, [5])}], "result", Section())
    print([where(node) for node, _, _ in section.tokens][-1])
    """
    assert run(SETUP + code.replace("\n    ", "\n")).strip() == "result[0]['a'].y[0]"


NUMPY = """
import numpy as np
def view():
    a = np.arange(4)
    return [a, a[:2]]
base = np.arange(6.0).reshape(2, 3)
different = [
    (np.arange(3), np.arange(3.0)), (np.zeros(3), -np.zeros(3)), (base, np.asfortranarray(base)),
    (np.zeros((2, 3)), np.zeros((3, 2))), (np.int64(1), 1), (np.int64(1), np.int32(1)),
    (view(), [np.arange(4), np.arange(2)]), (np.arange(1000), np.arange(1000)[::-1]),
    (np.array(["a"]), np.array(["a"], dtype=object)), (np.float64(0.5), 0.5),
    (np.ma.array([1, 2], mask=[0, 1]), np.arange(2)),
]
for a, b in different:
    assert key(a) != key(b), (a, b)
equal = [(np.array([np.nan]), np.array([-np.nan])), (view(), view()), (base, base.copy())]
for a, b in equal:
    assert key(a) == key(b) != "opaque", (a, b)
"""

PANDAS = """
import pandas as pd
frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
different = [
    (frame, frame.assign(a=[1, 3])), (frame, frame[["b", "a"]]), (frame, frame.set_index("a")),
    (pd.Series([1]), pd.Series([1.0])), (pd.Series([1], name="a"), pd.Series([1])),
    (pd.Index([1]), pd.RangeIndex(1, 2)), (pd.Series(["a"]), pd.Series(["a"], dtype="category")),
]
for a, b in different:
    assert key(a) != key(b), (a, b)
assert key(frame) == key(frame.copy()) != "opaque"
"""


@pytest.mark.parametrize(("module", "code"), [("numpy", NUMPY), ("pandas", PANDAS)])
def test_arrays_and_frames(module: str, code: str) -> None:
    pytest.importorskip(module)
    run(SETUP + code)
