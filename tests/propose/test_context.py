"""What is shown around a function: enough to read it, and bounded."""

from dataclasses import replace

from codeopt.propose.context import context_of, function_text
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
        "# called from\n# z.py::user: return t.work([1])\n# a.py::b: t.work(1)"
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


def test_the_context_is_bounded() -> None:
    callees = "".join(f"def g{n}(x):\n    return '{'y' * 500}'\n" for n in range(40))
    body = " + ".join(f"g{n}(1)" for n in range(40))
    work = assignment({"m.py": f"{callees}\ndef f():\n    return {body}\n"}, "m.py::f")
    assert 5_000 < len(context_of(work)) < 6_500
