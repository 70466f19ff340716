"""Prompts and answers in files."""

import threading
import time
from pathlib import Path

import pytest

from codeopt.adapters.models.handoff_model import HandoffModel
from codeopt.model.errors import PreconditionError
from codeopt.model.reasons import Code
from codeopt.ports import Message, Reply, Request

REQUEST = Request((Message("system", "be careful"), Message("user", "make `f` faster")), "handoff")


def wait_for(directory: Path, pattern: str) -> Path:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if found := sorted(directory.glob(pattern)):
            return found[0]
        time.sleep(0.01)
    raise AssertionError(f"no {pattern}")


def test_a_prompt_is_written_and_its_answer_awaited(tmp_path: Path) -> None:
    replies: list[Reply] = []
    model = HandoffModel(tmp_path / "new", timeout=30, poll=0.02)
    thread = threading.Thread(target=lambda: replies.append(model.complete(REQUEST)))
    thread.start()
    prompt = wait_for(tmp_path / "new", "*.prompt.md")
    name = f"001-{REQUEST.digest[:12]}"
    assert prompt.name == f"{name}.prompt.md"
    page = prompt.read_text()
    assert "be careful" in page
    assert "make `f` faster" in page
    assert f"{name}.answer.md" in page
    (tmp_path / "new" / f"{name}.answer.md").write_text("here it is\n")
    thread.join(30)
    assert [reply.text for reply in replies] == ["here it is\n"]
    assert replies[0].spend.estimated == 1


def test_an_answer_that_is_there_is_used_at_once(tmp_path: Path) -> None:
    (tmp_path / f"007-{REQUEST.digest[:12]}.answer.md").write_text("known")
    assert HandoffModel(tmp_path, timeout=0).complete(REQUEST).text == "known"
    assert not list(tmp_path.glob("*.prompt.md"))


def test_prompts_are_numbered_and_keep_their_file(tmp_path: Path) -> None:
    model = HandoffModel(tmp_path, timeout=0)
    other = Request((Message("user", "something else"),), "handoff")
    for request in (REQUEST, other, REQUEST):
        reply = model.complete(request)
        assert (reply.code, reply.text) == (Code.MODEL_FAILED, "")
        assert request.digest[:12] in reply.error
    names = sorted(path.name for path in tmp_path.iterdir())
    expected = [(1, REQUEST), (2, other)]
    assert names == [f"{n:03d}-{r.digest[:12]}.prompt.md" for n, r in expected]


def test_an_empty_answer_file_is_still_being_written(tmp_path: Path) -> None:
    (tmp_path / f"001-{REQUEST.digest[:12]}.answer.md").write_text("\n")
    assert HandoffModel(tmp_path, timeout=0.05, poll=0.01).complete(REQUEST).error


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PreconditionError, match="cannot be written"):
        HandoffModel(tmp_path / "file", timeout=0).complete(REQUEST)
