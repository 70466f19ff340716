"""Where in a run a fault strikes, and the project and the scripted model of such runs."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.project import INI, Running, entries, journal
from tests.support.command import repository
from tests.support.endpoint import Act, Ask, text

NAMES = ("squares", "cubes", "doubles", "halves")
_TERMS = ("value * value", "value * value * value", "value + value", "value / 2")
_FUNCTION = '''

def {name}(values):
    """Return a value for each value."""
    out = []
    for value in values:
        out = out + [{term}]
    return out
'''
_TEST = """

def test_{name}():
    for k in range(6):
        assert len(powers.{name}(list(range(k, 1500 + k)))) == 1500
"""
MODULE = '"""Numbers of lists of numbers."""\n' + "".join(
    _FUNCTION.format(name=name, term=term) for name, term in zip(NAMES, _TERMS, strict=True)
)
TESTS = "import powers\n" + "".join(_TEST.format(name=name) for name in NAMES)
FILES = {"powers.py": MODULE, "test_powers.py": TESTS, "pytest.ini": INI, "unused.py": "X = 1\n"}
TARGETS = tuple(f"powers.py::{name}" for name in NAMES)
QUICK = ("--measure-seconds", "60", "--workload-seconds", "2", "--profile-seconds", "1")
LEAN = (
    *("--without", "simplify", "--without", "memory", "--without", "disagreement"),
    *("--strategy", "best-of-n", "--samples", "1"),
)


def project(root: Path) -> Path:
    """Make the repository."""
    return repository(root, FILES)


class Answers:
    """Answer each question with the good rewrite of its function; hold one back when told.

    ``again`` are the questions that came although the run had recorded an answer to them.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.hold = False
        self.held = 0
        self.again: list[str] = []

    def __call__(self, ask: Ask) -> Act:
        """Answer one question."""
        if ask.prompt in recorded(self._root):
            self.again.append(ask.prompt)
        act = text(f"```python\n{better(ask.target.rpartition('::')[2])}```\n")
        if not self.hold:
            return act
        self.hold = False
        self.held += 1
        return Act(act.status, act.body, act.headers, stall=30.0)


def recorded(root: Path) -> list[str]:
    """Return the prompts that runs have recorded an answer to."""
    files = (root / ".git" / "codeopt" / "runs").glob("*/replies/*.json")
    requests = [json.loads(file.read_text("utf-8"))["request"] for file in files]
    return ["\n".join(each["content"] for each in request["messages"]) for request in requests]


def better(name: str) -> str:
    """Return a function of the module with an append."""
    found = re.search(rf"def {name}\(.*?\n    return out\n", MODULE, re.DOTALL)
    assert found
    return re.sub(r"out = out \+ \[(.*)\]", r"out.append(\1)", found.group())


@dataclass(slots=True)
class Moment:
    """Hold what a stage can be told by; ``before`` counts what was there when the wait began."""

    root: Path
    run: Running
    answers: Answers
    before: Counter[str]

    def has(self, kind: str) -> bool:
        """Tell whether the journal holds an entry of a kind."""
        return bool(entries(self.root, kind))

    def has_new(self, kind: str) -> bool:
        """Tell whether an entry of a kind has come since the wait began."""
        return len(entries(self.root, kind)) > self.before[kind]

    def has_after(self, kind: str, other: str) -> bool:
        """Tell whether an entry of a kind was journalled after one of another kind."""
        kinds = [each for each, _, _ in journal(self.root)]
        return other in kinds and kind in kinds[kinds.index(other) :]


@dataclass(frozen=True, slots=True)
class Stage:
    """Name a stage and how one sees that a run is in it; ``works`` if foreign code is running."""

    name: str
    reached: Callable[[Moment], bool]
    works: bool = True


STAGES = (
    Stage("prepare", lambda at: at.has("meta"), works=False),
    Stage("profile", lambda at: "Discover" in at.run.err),
    Stage("baseline", lambda at: at.has("profile")),
    Stage("record", lambda at: at.has("baseline")),
    Stage("control", lambda at: at.has("recordings") and at.run.is_measuring()),
    Stage("observe", lambda at: at.has("control")),
    Stage("model", lambda at: at.answers.held > at.before["held"], works=False),
    Stage("compare", lambda at: at.has_new("spend")),
    Stage("measure", lambda at: at.has("spend") and at.run.is_measuring()),
    Stage("tests", lambda at: at.has_new("judged")),
    Stage("keep", lambda at: at.has_new("kept"), works=False),
    Stage("next", lambda at: at.has_new("spend") and at.has_after("spend", "kept")),
)
