"""Values come back from JSON as they went in, and nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeopt import codec
from codeopt.config import JudgeSettings, Settings
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.evidence import Attempt, Control, Profile, Recording, Spend
from codeopt.model.run import RunMeta
from codeopt.pipeline.attempts import KeptPatch
from tests.support import values

CHANGE = FileChange("a é.py", b"\xff\x00\r\n", "ü".encode())


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (values.kept(), Attempt),
        (values.rejected(), Attempt),
        (values.record().profile, Profile),
        (values.record().recordings[0], Recording),
        (values.record().control, Control),
        (values.meta(targets=("a.py", "b.py::f")), RunMeta),
        (Settings(judge=JudgeSettings(allow=("failing-tests",))), Settings),
        (KeptPatch("p", "c", Patch((CHANGE,))), KeptPatch),
        (Spend(0.1, 2, 3, 4, 5), Spend),
        (True, bool),
        ("text", str),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else "",
)
def test_round_trip(value: object, kind: type) -> None:
    text = codec.encode(value)
    again = codec.decode(text, kind)
    assert again == value
    assert type(again) is kind
    assert codec.encode(again) == text


def test_lists_of_values_and_paths() -> None:
    recordings = list(values.record().recordings)
    again = codec.decode(codec.encode(recordings), list[Recording])
    assert again == recordings
    assert isinstance(again[0].file, Path)


def test_text_that_is_no_unicode_survives() -> None:
    attempt = values.kept(explanation="a lone \ud800 surrogate, \0 and \x1b[31m")
    text = codec.encode(attempt)
    assert text.encode("utf-8")
    assert codec.decode(text, Attempt) == attempt


@pytest.mark.parametrize("text", ["", "{", "[]", '{"usd": "much"}', '{"run": 1}', "null"])
def test_what_is_no_such_value_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a stored RunMeta"):
        codec.decode(text, RunMeta)
