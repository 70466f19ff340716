"""A run that is stopped, by whatever and wherever, hurts nothing and loses nothing.

The answers of the model are scripted.
"""

from __future__ import annotations

import json
import re
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.project import BOTH, MODULE, ONE, QUICK, Running, below, entries, powers, running
from tests.faults.faults import FAULTS, Scene
from tests.support.command import git, picture
from tests.support.endpoint import Act, Ask, Endpoint, text

KILL, INT, TERM = signal.SIGKILL, signal.SIGINT, signal.SIGTERM
CODES = {KILL: -signal.SIGKILL, INT: 130, TERM: 128 + signal.SIGTERM}
# what is done to a run while it waits for its model; it must not notice
STRIKES = ("everything stopped for 3 s", "a second codeopt", "repository changed")
ONCE = ("meta", "profile", "baseline", "recordings", "control", "judged", "spend", "kept", "done")


class Script:
    """Answer the first question on a function well, later ones with prose; be slow when told.

    ``again`` are the questions that came although the run had recorded an answer to them.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.asked: Counter[tuple[str, str]] = Counter()
        self.slow_next = False
        self.again: list[str] = []

    def __call__(self, ask: Ask) -> Act:
        if ask.prompt in answered(self.root):
            self.again.append(ask.prompt)
        question = "repair" if "I would use" in ask.prompt else ask.prompt[-400:]
        name = "squares" if "def squares" in ask.prompt.rpartition("called from")[0] else ""
        name = name or ("squares" if "::squares" in ask.prompt else "cubes")
        self.asked[name, question] += 1
        good = next(q for n, q in self.asked if n == name) == question
        act = text(f"```python\n{better(name)}```\n" if good else "I would use a comprehension.")
        if self.slow_next:
            self.slow_next = False
            return Act(act.status, act.body, act.headers, stall=300.0)
        return act


def answered(root: Path) -> list[str]:
    """Return the prompts that runs have recorded an answer to."""
    files = (root / ".git" / "codeopt" / "runs").glob("*/replies/*.json")
    requests = [json.loads(file.read_text("utf-8"))["request"] for file in files]
    return ["\n".join(each["content"] for each in request["messages"]) for request in requests]


def better(name: str) -> str:
    """Return the function with an append."""
    found = re.search(rf"def {name}\(.*?\n    return out\n", MODULE, re.DOTALL)
    assert found
    return re.sub(r"out = out \+ \[(.*)\]", r"out.append(\1)", found.group())


def journalled(root: Path, kind: str, key: str = "") -> Callable[[], bool]:
    return lambda: any(each.startswith(key) for each in entries(root, kind))


def test_stops_at_every_stage(tmp_path: Path) -> None:
    root = powers(tmp_path / "répo one")
    scene, script = Scene(root, tmp_path, before=picture(root)), Script(root)
    known: dict[str, dict[str, Any]] = {kind: {} for kind in ONCE}
    with Endpoint(script) as endpoint:
        asks = endpoint.asks
        model = ("--model", "openai/scripted", "--api-base", endpoint.url, "--samples", "2")
        stops: list[tuple[str, signal.Signals, Callable[[Running], object]]] = [
            ("start", KILL, lambda run: journalled(root, "meta")()),
            ("baseline", KILL, lambda run: journalled(root, "profile")()),
            ("record", INT, lambda run: journalled(root, "baseline")()),
            ("control", KILL, lambda run: journalled(root, "recordings")() and run.is_measuring()),
            ("observe", KILL, lambda run: journalled(root, "control")()),
            ("model", KILL, lambda run: len(asks) == 1),
            ("judge", TERM, lambda run: len(entries(root, "spend")) == 1),
            ("speed", KILL, lambda run: "(1 of 2" in run.err and run.is_measuring()),
            ("tests", KILL, lambda run: len(entries(root, "judged")) == 2),
            ("workload", INT, lambda run: "(1 of 2" in run.err and run.is_measuring()),
            ("kept", KILL, lambda run: journalled(root, "kept")()),
            ("next", KILL, lambda run: len(entries(root, "judged")) == 3),
        ]
        words = [*sorted(BOTH), "--strategy", "best-of-n", *model, *QUICK]
        for stage, number, reached in stops:
            script.slow_next = stage == "model"
            with running(root, tmp_path, *words) as run:
                run.wait_for(lambda reached=reached, run=run: reached(run))
                for fault in FAULTS if stage == "model" else ():
                    if fault.name in STRIKES:
                        fault.strike(scene, run)
                done = run.stop(number)
            assert done.code == CODES[number], f"{stage}: {done.err}"
            assert done.out == ""
            assert run.descendants() == [], stage
            assert picture(root) == scene.before, stage
            check_nothing_changes(root, known)
            if number is INT:
                assert "codeopt: interrupted\n" in done.err
                assert "go on with: codeopt run --resume" in done.err
            if number is not KILL:
                assert run.scratch == [], stage
            words = ["--resume"]
        with running(root, tmp_path, "--resume", "--json") as run:
            done = run.end()
    assert done.code == 0, done.err
    check_nothing_changes(root, known)
    assert picture(root) == scene.before
    assert run.scratch == []
    document = done.document
    assert {each["target"] for each in document["kept"]} == BOTH, done.err
    assert {each["reason"]["code"] for each in document["rejected"]} == {"unparsable"}
    branch = document["branch"]
    commits = git(root, "rev-list", f"main..{branch}").split()
    assert sorted(commits) == sorted(each["commit"] for each in document["kept"])
    assert git(root, "branch", "--list", "codeopt/*").split() == [branch]
    # each function: a good answer, prose, prose again when asked to repair it; only a question
    # during which the run was killed is asked twice
    assert script.again == []
    assert len(answered(root)) == document["cost"]["calls"] == 6
    assert len(asks) > 6, script.asked


def check_nothing_changes(root: Path, known: dict[str, dict[str, Any]]) -> None:
    """Compare what is journalled with what was, which nothing may do over again."""
    for kind, values in known.items():
        now = entries(root, kind)
        assert {key: now.get(key) for key in values} == values, kind
        values.update(now)


@pytest.mark.parametrize("number", [INT, TERM])
def test_a_first_moment_is_a_moment_too(number: signal.Signals, tmp_path: Path) -> None:
    root = powers(tmp_path / "repo")
    before = picture(root)
    with running(root, tmp_path, ONE) as run:
        run.wait_for(lambda: "Prepare" in run.err)
        done = run.stop(number)
    assert done.code == CODES[number]
    assert "Traceback" not in done.err
    assert run.descendants() == []
    assert run.scratch == []
    assert picture(root) == before


def test_going_on_takes_no_new_orders(tmp_path: Path) -> None:
    root = powers(tmp_path / "repo")
    with running(root, tmp_path, ONE) as run:
        run.wait_for(journalled(root, "meta"))
        run.stop(KILL)
    for words, told in (
        (["mod.py"], "has its targets already"),
        (["--min-speedup", "2"], "--min-speedup cannot change"),
    ):
        with running(root, tmp_path, "--resume", *words) as run:
            done = run.end()
        assert done.code == 2
        assert told in done.err


def test_what_is_counted_as_a_survivor(tmp_path: Path) -> None:
    """The check for survivors sees a process that a run would leave behind."""
    root = powers(tmp_path / "repo")
    with running(root, tmp_path, ONE, *QUICK) as run:
        run.wait_for(journalled(root, "profile"))
        run.wait_for(lambda: len(list(below(run._process.pid))) >= 2)
        assert run.descendants(0.0)
        run.stop(KILL)
    assert run.descendants() == []
