"""Answers of many shapes: what is read out of them, and why others are refused."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeopt.adapters.python_language import PythonLanguage
from codeopt.model.candidate import Candidate, FunctionSource
from codeopt.model.code import FunctionId
from codeopt.model.reasons import Code, Reason
from codeopt.propose.context import function_text
from codeopt.propose.reply import Answer, Asked, read_answer
from tests.support.assignments import assignment

FILE = '''\
"""A module."""

import re
from collections import Counter

LIMIT = 10
_WORDS = ("a", "b")


def _clean(text):
    return text.strip()


def count(items, wanted):
    """Count."""
    total = 0
    for item in items:
        if item in wanted:
            total += 1
    return total


class Index:
    """An index."""

    size = 0

    def __init__(self, rows):
        self.rows = rows

    def find(self, key):
        for row in self.rows:
            if row[0] == key:
                return """
    a
""" + row
        return None

    class Inner:
        def find(self, key):
            return [k for k in key if k]
'''

FUNCTION = """\
def count(items, wanted):
    wanted = set(wanted)
    return sum(item in wanted for item in items)
"""


def asked(qualname: str = "count") -> Asked:
    work = assignment({"pkg/m.py": FILE}, f"pkg/m.py::{qualname}")
    return Asked(FunctionId("pkg/m.py", qualname), function_text(work), FILE)


def fence(code: str, info: str = "python") -> str:
    return f"Some words.\n\n```{info}\n{textwrap.dedent(code).strip()}\n```\n\nMore words."


def read(text: str, qualname: str = "count") -> Answer:
    found = read_answer(text, asked(qualname))
    assert isinstance(found, Answer), found
    # whatever is read must fit into the file, by the real editor
    target = FunctionId("pkg/m.py", qualname)
    functions = (FunctionSource(target, found.function),)
    candidate = Candidate("digest", target, functions, found.helpers, found.imports)
    patch = PythonLanguage().apply(candidate, {"pkg/m.py": FILE.encode()})
    compile(patch.files[0].after, "m.py", "exec")
    return found


def refused(text: str, qualname: str = "count", **options: bool) -> Reason:
    found = read_answer(text, asked(qualname), **options)
    assert isinstance(found, Reason), found
    return found


# ---------------------------------------------------------------------------- what is read
def test_a_fenced_function_with_its_explanation() -> None:
    answer = read(fence(FUNCTION))
    assert answer.function == FUNCTION.strip()
    assert answer.explanation == "Some words.\n\n\nMore words."
    assert (answer.helpers, answer.imports) == ((), ())


@pytest.mark.parametrize("info", ["", "py", "Python", "python3", "python title=pkg/m.py", "m.py"])
def test_labels_of_fences(info: str) -> None:
    assert read(fence(FUNCTION, info)).function == FUNCTION.strip()


@pytest.mark.parametrize(
    "text",
    [
        FUNCTION,
        f"~~~python\n{FUNCTION}~~~",
        f"````\n{FUNCTION}````",
        f"```python\r\n{FUNCTION.replace(chr(10), chr(13) + chr(10))}```\r\n",
        f"```python\n{FUNCTION}",
        f"<think>\n```python\ndef count(items, wanted): return 0\n```\n</think>\n{fence(FUNCTION)}",
        f"First: {fence('def count(items, wanted): return 1')}\nNow:\n{fence(FUNCTION)}",
        f"{fence(FUNCTION)}\n```python\ndef count(items, wan\n```",
        f"```bash\npip install x\n```\n{fence(FUNCTION)}",
        f"```python\n# pkg/m.py\n{FUNCTION}```",
    ],
)
def test_shapes_of_answers(text: str) -> None:
    assert read(text).function == FUNCTION.strip()


def test_helpers_and_imports_are_separated_and_only_used_ones_kept() -> None:
    answer = read(
        fence("""
        from __future__ import annotations
        import os, bisect
        from collections import Counter, deque
        from itertools import chain as link

        _TABLE = {1: 2}
        _UNUSED = 3
        LIMIT = 10

        def _inner(x):
            return _TABLE.get(x, bisect.bisect([], x))

        def _outer(x):
            return _inner(x)

        def count(items, wanted):
            return len(deque(link(map(_outer, items), Counter(wanted))))

        def test_count():
            assert count([], []) == 0

        if __name__ == "__main__":
            test_count()
        print(count([1], [1]))
        """)
    )
    assert answer.imports == (
        "import bisect",
        "from collections import deque",
        "from itertools import chain as link",
    )
    assert [helper.split("(")[0] for helper in answer.helpers] == [
        "_TABLE = {1: 2}",
        "def _inner",
        "def _outer",
    ]


def test_helpers_may_stand_in_a_block_of_their_own() -> None:
    text = fence("_SEEN = frozenset('ab')") + fence(
        "def count(items, wanted):\n    return sum(i in _SEEN for i in items)"
    )
    assert read(text).helpers == ("_SEEN = frozenset('ab')",)


METHOD = """
def find(self, key):
    for row in self.rows:
        if row[0] == key:
            return '''
    a
''' + row
"""


def test_a_method_may_be_given_bare_or_in_its_class() -> None:
    bare = read(fence(METHOD), "Index.find")
    inside = "class Index:\n    size = 0\n\n" + textwrap.indent(METHOD.strip(), "    ")
    inside = inside.replace("        a\n    '''", "    a\n'''")
    held = read(f"```python\n{inside}\n```", "Index.find")
    assert held.function == bare.function == METHOD.strip()


def test_a_class_around_a_method_may_repeat_what_is_there() -> None:
    text = """
    class Index:
        "An index."
        size = 0
        def __init__(self, rows):
            self.rows = rows
        def find(self, key):
            return None
        class Inner: ...
    """
    assert refused(fence(text), "Index.find").code is Code.OTHER_CODE
    same = text.replace("        class Inner: ...\n", "")
    assert read(fence(same), "Index.find").function == "def find(self, key):\n    return None"


def test_a_method_of_a_nested_class() -> None:
    for text in (
        "def find(self, key): return list(filter(None, key))",
        "class Inner:\n    def find(self, key): return list(filter(None, key))",
        "class Index:\n    class Inner:\n        def find(self, key): "
        "return list(filter(None, key))",
    ):
        answer = read(fence(text), "Index.Inner.find")
        assert answer.function == "def find(self, key): return list(filter(None, key))"


def test_decorators_belong_to_the_function() -> None:
    code = "import functools\n\n@functools.cache\ndef count(items, wanted):\n    return 0\n"
    answer = read(fence(code))
    assert answer.function.startswith("@functools.cache\ndef count")
    assert answer.imports == ("import functools",)


# ---------------------------------------------------------------------------- what is refused
@pytest.mark.parametrize("text", ["", "  \n\t\n"])
def test_an_empty_answer(text: str) -> None:
    assert refused(text).code is Code.EMPTY_ANSWER


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Use a set, it is faster.", "no code block"),
        (fence("x = ["), "does not parse"),
        (fence("def other(): return 1"), "does not define count"),
        (fence("-  for item\n+  any(", "diff"), "no block of Python"),
        (fence(FUNCTION + "\n" + FUNCTION), "more than once"),
        (fence("_TABLE = {}\n_TABLE.update(a=1)\n" + FUNCTION), "no definition"),
        (fence("import os\nos.system('true')\n" + FUNCTION), "no definition"),
        (fence("try:\n    import numpy\nexcept ImportError:\n    pass\n" + FUNCTION), "no defin"),
        (fence("def count(items, wanted):\n    return '\0'"), "does not parse"),
        ("```python\n" + "(" * 5000 + "\n```", "does not parse"),
        ("x" * 500_000, "too long"),
    ],
)
def test_answers_without_a_function(text: str, part: str) -> None:
    reason = refused(text)
    assert reason.code is Code.UNPARSABLE
    assert part in reason.text


def test_a_cut_off_answer_says_so() -> None:
    reason = refused("```python\ndef count(items,", truncated=True)
    assert "cut off" in reason.text
    assert "--reply-tokens" in reason.hint


@pytest.mark.parametrize(
    "body",
    [
        "...",
        "pass",
        '"""Count."""',
        "raise NotImplementedError",
        "total = 0\n    # ... rest of the function unchanged\n    return total",
        "# existing code ...\n    return 1",
    ],
)
def test_stubs(body: str) -> None:
    assert refused(fence(f"def count(items, wanted):\n    {body}")).code is Code.STUB


@pytest.mark.parametrize(
    "change", [lambda s: s, lambda s: s.replace('"""Count."""', "# a comment"), lambda s: s + "\n"]
)
def test_nothing_changed(change: object) -> None:
    assert callable(change)
    assert refused(fence(change(asked().original))).code is Code.NO_CHANGE


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("def _clean(text):\n    return text\n", "_clean"),
        ("LIMIT = 11\n", "LIMIT"),
        ("class Index:\n    pass\n", "Index"),
    ],
)
def test_other_code_may_not_change(text: str, what: str) -> None:
    reason = refused(fence(text + FUNCTION))
    assert reason.code is Code.OTHER_CODE
    assert what in reason.text


@pytest.mark.parametrize(
    "member", ["def added(self): return 1", "size = 1", "def __init__(self, rows): self.rows = []"]
)
def test_a_class_around_a_method_may_not_change(member: str) -> None:
    text = f"class Index:\n    def find(self, key): return None\n    {member}\n"
    assert refused(fence(text), "Index.find").code is Code.OTHER_CODE


def test_new_names_must_be_private() -> None:
    reason = refused(fence("TABLE = {1}\ndef count(items, wanted):\n    return TABLE"))
    assert (reason.code, reason.hint) == (Code.PUBLIC_NAME, "call it _TABLE")


@pytest.mark.parametrize(
    "text",
    [
        fence(FUNCTION, "python title=tests/test_m.py"),
        fence(FUNCTION, "python:../../pkg/m.py"),
        fence(FUNCTION, "/etc/cron.d/pkg/m.py"),
        fence("# file: conftest.py\n" + FUNCTION),
        fence(FUNCTION) + fence("# tests/conftest.py\nimport os"),
        fence(FUNCTION) + fence("x = 1", "pyproject.toml"),
    ],
)
def test_answers_that_write_to_other_files(text: str) -> None:
    assert refused(text).code is Code.OTHER_CODE


PIECES = st.lists(
    st.sampled_from(
        ["```", "```python", "~~~", FUNCTION, "class Index:", "    def find(self, key):", "def ",
         "import x", "...", "<think>", "</think>", "\\", "'''", "x = 1", "@", "\ud800", "\x00", ""]
    ),
    max_size=12,
)  # fmt: skip


@given(PIECES)
def test_any_text_gives_an_answer_or_a_reason(pieces: list[str]) -> None:
    for qualname in ("count", "Index.find"):
        found = read_answer("\n".join(pieces), asked_of(qualname))
        assert isinstance(found, Answer | Reason)


_ASKED: dict[str, Asked] = {}


def asked_of(qualname: str) -> Asked:
    return _ASKED.setdefault(qualname, asked(qualname))
