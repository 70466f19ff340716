"""Which strategies a run gets, and what it goes without; scripted models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codeopt.cli import ladder
from codeopt.config import Settings, change
from codeopt.model.errors import PreconditionError, UsageError
from tests.propose.test_refine import WORK, answer
from tests.support.scripted import ScriptedModel


def settings(**changes: Any) -> Settings:
    return change(Settings(), {"samples": 1, **changes})


def asked(model: ScriptedModel, chosen: Settings, root: Path) -> str:
    """Return the strategies that proposed, in order; nothing of it gains."""
    made = ladder.strategy(chosen, [model], root, ask=map)()
    names = []
    for proposal in made.propose(WORK):
        if proposal.candidate is not None:
            names.append(proposal.candidate.origin.strategy)
    return " ".join(names)


def test_named_strategies_follow_each_other(tmp_path: Path) -> None:
    model = ScriptedModel([answer("items[:]"), answer("list(items)")])
    chosen = settings(strategy=("refine", "best-of-n"))
    assert asked(model, chosen, tmp_path) == "refine best-of-n"


def test_prompts_of_the_repository_are_used_and_checked_at_once(tmp_path: Path) -> None:
    own = tmp_path / "mine"
    own.mkdir()
    text = "---\nrole: rewrite\nvariables: name\n---\n=== user ===\nFaster {{name}}, please.\n"
    (own / "rewrite.md").write_text(text)
    model = ScriptedModel([answer("items[:]")])
    chosen = settings(strategy=("best-of-n",), prompts="mine")
    assert asked(model, chosen, tmp_path) == "best-of-n"
    assert [m.content for m in model.requests[0].messages] == ["Faster f, please."]
    (own / "critique.md").write_text("---\nrole: other\n---\n=== user ===\nx")
    with pytest.raises(UsageError, match="role: critique"):
        ladder.strategy(chosen, [model], tmp_path, ask=map)


def test_what_a_model_is_needed_for(tmp_path: Path) -> None:
    for names in (("magic",), ("auto", "magic")):
        with pytest.raises(UsageError, match="no strategy called 'magic'"):
            ladder.strategy(settings(strategy=names), [], tmp_path, ask=map)
    with pytest.raises(PreconditionError, match="critique needs a model"):
        ladder.strategy(settings(strategy=("critique",)), [], tmp_path, ask=map)


def test_parts_are_left_out_by_name(tmp_path: Path) -> None:
    model = ScriptedModel([])
    whole, less = settings(), settings(without=("lines", "memory"))
    assert ladder.looks_inside(whole, [model])
    assert not ladder.looks_inside(less, [model])
    assert not ladder.looks_inside(whole, [])
    assert ladder.memory(whole, tmp_path, tmp_path) is not None
    assert ladder.memory(less, tmp_path, tmp_path) is None
    with pytest.raises(UsageError, match="no part 'contxt'") as caught:
        ladder.leaves_out(settings(without=("contxt",)), "context")
    assert "context" in caught.value.hint
    with pytest.raises(UsageError, match="memory cannot be 'all'"):
        ladder.memory(settings(memory="all"), tmp_path, tmp_path)
