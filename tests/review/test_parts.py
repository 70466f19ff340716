"""A patch is taken apart by function, and some of its parts are put together again."""

from __future__ import annotations

from codeopt.model.candidate import FileChange, Patch
from codeopt.review.parts import Part, only, parts

BEFORE = b"""import os


def f(x):
    return x + 0


class Box:
    @property
    def size(self):
        return sum(1 for _ in self.items)

    def name(self):
        return str("box")
"""
AFTER = b"""import os

_NAME = "box"


def f(x):
    return x


def _count(items):
    return len(items)


class Box:
    @property
    def size(self):
        return _count(self.items)

    def name(self):
        return _NAME
"""
PATCH = Patch((FileChange("m.py", BEFORE, AFTER),))


def test_the_parts_are_named_after_functions() -> None:
    assert [part.name for part in parts(PATCH)] == [
        "outside of functions",
        "f",
        "_count",
        "Box.size",
        "Box.name",
    ]


def test_only_what_is_chosen_changes() -> None:
    (file,) = only(PATCH, [Part("m.py", "f")]).files
    assert file.after == BEFORE.replace(b"x + 0", b"x")
    (file,) = only(PATCH, [Part("m.py", "_count"), Part("m.py", "Box.size")]).files
    assert b"return _count(self.items)" in file.after
    assert b"def _count(items):" in file.after
    assert b"x + 0" in file.after
    assert b"_NAME" not in file.after


def test_all_parts_are_the_patch_and_none_of_them_is_nothing() -> None:
    assert only(PATCH, parts(PATCH)) == PATCH
    assert only(PATCH, ()) == Patch(())


def test_a_file_that_cannot_be_parsed_is_one_part() -> None:
    assert parts(Patch((FileChange("m.py", b"x = 1\n", b"x = (\n"),))) == (
        Part("m.py", "outside of functions"),
    )
