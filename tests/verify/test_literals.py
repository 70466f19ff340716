"""Only plain literals get from a recording into a file, whatever the process says."""

from __future__ import annotations

from typing import Any

import pytest

from codeopt.verify.literals import parsed


@pytest.mark.parametrize(
    ("pair", "wanted"),
    [
        (["(1, 'a')", "{'k': [2.5]}"], ((1, "a"), {"k": [2.5]})),
        (["({1, 2}, None)", "{}"], (({1, 2}, None), {})),
        (["(float('nan'),)", "{}"], None),
        (["(__import__('os').getcwd(),)", "{}"], None),
        (["(1,)", "{1: 2}"], None),
        (["[1]", "{}"], None),
        (["(1,)"], None),
        (["(" * 5000 + ")" * 5000, "{}"], None),
        (["('" + "a" * 9000 + "',)", "{}"], None),
        (None, None),
        ([1, 2], None),
    ],
)
def test_what_is_no_literal_is_left_out(pair: Any, wanted: Any) -> None:
    assert parsed(pair) == wanted
