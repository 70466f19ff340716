"""What is remembered from run to run, and by whom."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from codeopt import codec
from codeopt.memory import Memory
from codeopt.model.evidence import Interval
from codeopt.model.insight import Example
from codeopt.model.reasons import Code
from tests.support import values

BEFORE = "def f(x):\n    return x\n"
KEPT = values.kept(code="def f(x):\n    return +x\n", technique="t")


def test_kept_and_rejected_are_recalled(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "repository")
    wrong = replace(values.rejected("another result", Code.RESULT), code="def f(x): 1")
    silent = replace(values.rejected("no more money", Code.BUDGET), code="def f(x): 2")
    catalogue = replace(wrong, model=None, candidate_digest="c")
    memory.learn(values.TARGET, BEFORE, [KEPT, wrong, silent, catalogue])
    memory.learn(values.TARGET, BEFORE, [KEPT, wrong])
    found = memory.recall(values.TARGET, BEFORE)
    assert found.examples == (Example(BEFORE, KEPT.code, 1.42, "t"),)
    assert [each.decision.reason.text for each in found.rejected if each.decision.reason] == [
        "another result"
    ]
    changed = memory.recall(values.TARGET, BEFORE + "# the function has changed\n")
    assert changed.rejected == ()
    assert changed.examples == found.examples


def test_only_the_users_memory_crosses_repositories(tmp_path: Path) -> None:
    user = tmp_path / "user"
    Memory(tmp_path / "one").learn(values.TARGET, BEFORE, [KEPT])
    assert Memory(tmp_path / "two", user).recall(values.TARGET, BEFORE).examples == ()
    shared = replace(KEPT, code="def f(x):\n    return x + 0\n")
    Memory(tmp_path / "one", user).learn(values.TARGET, BEFORE, [shared])
    assert [e.after for e in Memory(tmp_path / "two", user).recall(values.TARGET, "").examples] == [
        shared.code
    ]


def test_what_cannot_be_read_or_written_is_left_out(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.learn(values.TARGET, BEFORE, [KEPT])
    file = tmp_path / "kept.jsonl"
    evil = '{"before": ["__import__"], "after": 1}\n!!python/object\n'
    file.write_text(evil + file.read_text() + "cut of")
    assert len(memory.recall(values.TARGET, BEFORE).examples) == 1
    blocked = tmp_path / "a file"
    blocked.write_text("")
    Memory(blocked).learn(values.TARGET, BEFORE, [KEPT])
    assert Memory(blocked).recall(values.TARGET, BEFORE).examples == ()


def test_it_stays_bounded_and_the_newest_comes_first(tmp_path: Path) -> None:
    old = [codec.encode(Example(f"b{n}", "a", 1.1, "t")) for n in range(600)]
    (tmp_path / "kept.jsonl").write_text("\n".join(old) + "\n")
    memory = Memory(tmp_path)
    memory.learn(values.TARGET, BEFORE, [KEPT])
    found = memory.recall(values.TARGET, BEFORE).examples
    assert len(found) == 500
    assert found[0].before == BEFORE
    huge = values.kept(
        code="x" * 30_000, measurement=values.measurement(Interval(3.0, 2.0, 4.0, 9))
    )
    memory.learn(values.TARGET, BEFORE, [huge])
    assert all(each.gain < 3.0 for each in memory.recall(values.TARGET, BEFORE).examples)
