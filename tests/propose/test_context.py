"""What is shown around a function: enough to read it, and bounded."""

import ast
from dataclasses import replace

import pytest

from codeopt.model.evidence import Hotspot, LineTime
from codeopt.propose.context import context_of, function_text, parts_of
from codeopt.propose.usage import uses
from tests.support.assignments import assignment

FILE = '''\
import re
from os import path

LIMIT = 3
OTHER = 4


def short(x):
    return x


def long(x, *, y=1) -> int:
    """Do much.

    And more.
    """
BODY
    return x


class Base:
    pass


class Thing(Base):
    kind = "t"

    def __init__(self, x):
        self.x = x

    def helper(self):
        return 1

    def unrelated(self):
        return 2

    @staticmethod
    def work(self, rows):
        if len(rows) > LIMIT:
            return short(rows) + long(rows) + self.helper() + re.sub("a", "b", "c")
        return """
    kept
"""


def user(t):
    return t.work([1])
'''.replace("BODY", "\n".join(f"    x += {n}" for n in range(40)))


def test_a_method_with_its_surroundings() -> None:
    work = assignment({"a.py": "def b(t):\n    t.work(1)\n", "z.py": FILE}, "z.py::Thing.work")
    assert context_of(work) == (
        "class Thing(Base):\n    kind = 't'\n    def __init__(self, x):\n        self.x = x\n"
        "    def helper(self):\n        return 1\n\n"
        "def short(x):\n    return x\n\n"
        'def long(x, *, y=1) -> int:\n    """Do much."""\n    ...  # not shown\n\n'
        "import re\nLIMIT = 3\n\n"
        "# called from\n# z.py::user: return t.work([1])  (result: returned)\n"
        "# a.py::b: t.work(1)  (result: not used)"
    )


def test_the_function_stands_at_the_margin_and_its_strings_where_they_were() -> None:
    text = function_text(assignment({"z.py": FILE}, "z.py::Thing.work"))
    assert text.startswith("@staticmethod\ndef work(self, rows):\n    if len(rows)")
    assert text.endswith('    return """\n    kept\n"""')


def test_a_file_with_errors_still_gives_the_function() -> None:
    work = assignment({"m.py": "def f(x):\n    return x\n\ndef broken(:\n"}, "m.py::f")
    assert function_text(work) == "def f(x):\n    return x"
    assert context_of(work) == ""


def test_other_encodings_and_line_ends() -> None:
    latin = "# coding: latin-1\r\ndef f():\r\n    return 'é'\r\n".encode("latin-1")
    work = assignment({"m.py": "# coding: latin-1\r\ndef f():\r\n    return 'e'\r\n"}, "m.py::f")
    assert "\r" not in function_text(work)
    assert "def f" in function_text(replace(work, sources={"m.py": latin}))


def test_the_most_relevant_has_room_first() -> None:
    callees = "".join(f"def g{n}(x):\n    return '{'y' * 500}'\n" for n in range(40))
    body = " + ".join(f"g{n}(1)" for n in range(39)) + " + (\n        g39(1))"
    work = assignment({"m.py": f"{callees}\ndef f():\n    return {body}\n"}, "m.py::f")
    assert 5_000 < len(context_of(work)) < 6_500
    assert "def g39" not in context_of(work)
    last = work.target.span.end_line
    spot = Hotspot(work.target.id, 1.0, 1.0, 1.0, 1.0, 9, (LineTime(last, 0.9, 0.9),))
    assert "def g39" in context_of(replace(work, hotspot=spot))
    assert context_of(replace(work, context_tokens=0)) == ""


STORE = """
from dataclasses import dataclass

@dataclass
class Row:
    key: str
    value: int = 0

    def other(self):
        return 1
"""
USER = """
from store import Row
from tools import clean

def pick(rows: list[Row], least: "Row") -> Row:
    return clean(rows)[0]

def all_of(rows):
    best = pick(rows, rows[0])
    for row in [pick(rows, r) for r in rows]:
        print(row, best.key)
    return len(pick(rows, best))
"""
TOOLS = "def clean(rows):\n    return [r for r in rows if r]\n"
TESTS = (
    """
from user import pick

def test_long():
"""
    + "".join(f"    a{n} = {n}\n" for n in range(40))
    + """    assert pick([1], 1) == 1

def test_pick():
    assert pick([1], 1) == 1
"""
)


def test_other_files_are_looked_into() -> None:
    files = {"store.py": STORE, "user.py": USER, "tools.py": TOOLS, "tests/test_user.py": TESTS}
    parts = {part.kind: part.text for part in parts_of(assignment(files, "user.py::pick"))}
    assert parts["callee"] == f"# from tools.py\n{TOOLS.strip()}"
    assert parts["type"] == "@dataclass\nclass Row:\n    key: str\n    value: int = 0"
    assert parts["callers"].split("\n")[1:] == [
        "# user.py::all_of: best = pick(rows, rows[0])"
        "  (result: stored in best: passed to pick, its .key is used)",
        "# user.py::all_of: for row in [pick(rows, r) for r in rows]:",
        "# user.py::all_of: return len(pick(rows, best))  (result: passed to len)",
    ]
    assert parts["test"].startswith("# a test, from tests/test_user.py\ndef test_pick():")
    assert "test_long" not in parts["test"]


@pytest.mark.parametrize(
    ("statement", "use"),
    [
        ("f(1)", "not used"),
        ("return f(1)", "returned"),
        ("a, b = f(1)", "unpacked"),
        ("for x in f(1): pass", "iterated"),
        ("y = [x for x in f(1)]", "iterated"),
        ("g(*f(1))", "iterated"),
        ("y = f(1)[0]", "indexed"),
        ("y = f(1).z", "its .z is used"),
        ("y = f(1) == 2", "compared"),
        ("if not f(1): pass", "tested for truth"),
        ("g(x=f(1))", "passed to g"),
        ("y = f(1) + 1", "an operand"),
        ("yield f(1)", "yielded"),
        ("y = f(1)\n    return y", "stored in y: returned"),
        ("y = {f(1): 2}", ""),
    ],
)
def test_what_is_done_with_a_result(statement: str, use: str) -> None:
    function = ast.parse(f"def g():\n    {statement}\n").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert [found for _, found in uses(function, "f")] == [use]
