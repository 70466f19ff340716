"""Which functions of a staged change are measured."""

from __future__ import annotations

from dataclasses import replace

from codeopt.model.candidate import FileChange, Patch
from codeopt.model.code import FunctionId
from codeopt.pipeline.guard import changed, code_only, hot
from tests.support import values

BEFORE = b"""\
def same():
    return 1


def slower():
    return 1


def renamed():
    return 1


def deleted():
    return 1


class Box:
    def size(self):
        def inner():
            return 1
        return inner()
"""
AFTER = (
    BEFORE.replace(b"def slower():\n    return 1", b"def slower():\n    return 1 + 0")
    .replace(b"def renamed", b"def other")
    .replace(b"def deleted():\n    return 1\n", b"def new():\n    return 1\n")
    .replace(b"            return 1\n", b"            return 2\n")
)


def patch(path: str, before: bytes = BEFORE, after: bytes = AFTER) -> Patch:
    return Patch((FileChange(path, before, after),))


def test_only_what_is_there_before_and_after_is_compared() -> None:
    assert changed(patch("mod.py")) == (
        FunctionId("mod.py", "slower"),
        FunctionId("mod.py", "Box.size"),
    )
    assert changed(patch("mod.py", before=b"")) == ()
    assert changed(patch("mod.py", after=b"")) == ()
    assert changed(patch("mod.py", after=b"def slower(:")) == ()
    assert changed(patch("mod.py", after=BEFORE + b"# a comment\n")) == ()


def test_tests_and_other_files_are_left_out() -> None:
    paths = ("mod.py", "tests/test_mod.py", "data.txt", "docs/conf.py")
    kept = code_only(tuple(FileChange(path, b"a", b"b") for path in paths))
    assert [each.path for each in kept.files] == ["mod.py"]


def test_the_hottest_come_first_with_what_is_nested_in_them() -> None:
    known = values.record().profile
    assert known is not None
    spot = known.hotspots[0]
    names = {"slower": 0.2, "Box.size": 0.1, "Box.size.<locals>.inner": 0.3, "cold": 0.0}
    spots = tuple(
        replace(spot, id=FunctionId("mod.py", name), own_share=share, cumulative_share=share)
        for name, share in names.items()
    )
    profile = replace(known, hotspots=spots)
    found = (*changed(patch("mod.py")), FunctionId("mod.py", "cold"))
    assert [each.qualname for each in hot(found, profile, 0.01)] == ["Box.size", "slower"]
    assert hot(found, profile, 0.5) == ()
