"""The digest sees what a candidate does, and nothing of how it is laid out."""

import pytest

from codeopt.model.candidate import FunctionSource
from codeopt.model.code import FunctionId
from codeopt.propose.digest import candidate_digest

TARGET = FunctionId("m.py", "f")
SOURCE = "def f(x):\n    return x + 1\n"


def digest(source: str, target: FunctionId = TARGET, **parts: tuple[str, ...]) -> str:
    return candidate_digest((FunctionSource(target, source),), **parts)


@pytest.mark.parametrize(
    "same",
    [
        "def f(x):\n    # why\n    return (x+1)\n",
        'def f(x):\n    """Add."""\n    return x + 1\n',
        "    def f(x):\n        return x + 1\n",
    ],
)
def test_layout_comments_and_docstrings_do_not_count(same: str) -> None:
    assert digest(same) == digest(SOURCE)


@pytest.mark.parametrize(
    "other", ["def f(x):\n    return x + 2\n", "def f(x):\n    return 1 + x\n"]
)
def test_another_tree_has_another_digest(other: str) -> None:
    assert digest(other) != digest(SOURCE)


def test_target_helpers_and_imports_count_and_the_order_of_helpers() -> None:
    plain = digest(SOURCE)
    assert digest(SOURCE, FunctionId("m.py", "g")) != plain
    assert digest(SOURCE, helpers=("_A = 1",)) != plain
    assert digest(SOURCE, imports=("import re",)) != digest(SOURCE, helpers=("import re",))
    forwards = digest(SOURCE, helpers=("_A = 1", "_B = _A"))
    assert forwards != digest(SOURCE, helpers=("_B = _A", "_A = 1"))


def test_text_that_does_not_parse_still_has_a_digest() -> None:
    assert digest("def f(:") == digest("def f(:\n")
    assert digest("def f(:") != digest("def g(:")
