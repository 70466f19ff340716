"""An examiner that really runs drafts, in this process: for tests whose code is their own.

Where a test is about what a strategy does with answers, not about the sandbox, this says the same
as the real one on a few inputs, and notes what it was asked.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeopt.adapters.python_language import PythonLanguage
from codeopt.model.candidate import Candidate
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Check, CheckResult, Interval, Recording, Verdict
from codeopt.model.reasons import Code, Reason
from codeopt.model.tree import ChildCalls, Examined
from codeopt.ports import Outcomes

Call = tuple[Any, ...]


@dataclass
class InProcess:
    """Implement the Examiner port on ``source``, with the target's ``inputs``.

    ``speeds`` maps a text in a body to its speed against the reference, 1.5 where none is in it.
    ``blind`` sees no difference on the inputs of a child.
    """

    source: str
    target: str
    inputs: Sequence[Call]
    speeds: dict[str, float] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    blind: bool = False
    path: str = "m.py"
    asked: list[str] = field(default_factory=list)

    def certify(self, draft: Candidate) -> Verdict:
        """Compare a draft with the original on the inputs."""
        self.asked.append("certify")
        return self._verdict(self._ends(self._load(None)), self._ends(self._load(draft)))

    def calls(self, draft: Candidate, children: Sequence[str]) -> tuple[ChildCalls, ...]:
        """Count what reaches each child."""
        self.asked.append("calls")
        return tuple(
            ChildCalls(self._recording(name, len(self._reaching(draft, name))), self._share(name))
            for name in children
        )

    def compare(self, draft: Candidate, child: str, changed: Candidate) -> Examined:
        """Compare a changed child with its reference on what reaches it."""
        self.asked.append(f"compare {child}")
        one, two = (self._child_ends(draft, child, each) for each in (draft, changed))
        two = one if self.blind else two
        code = "\n".join([*changed.helpers, changed.functions[0].source])
        speed = next((value for text, value in self.speeds.items() if text in code), 1.5)
        return Examined(self._verdict(one, two), Interval(speed, speed, speed, 9))

    def outcomes(self, draft: Candidate, child: str, changed: Candidate) -> Outcomes:
        """Name how the child ends on what reaches it."""
        self.asked.append(f"outcomes {child}")
        return tuple(self._child_ends(draft, child, changed))

    def _share(self, name: str) -> float:
        return self.shares.get(name, 0.9)

    def _recording(self, name: str, calls: int) -> Recording:
        return Recording(FunctionId(self.path, name), Path(), "", calls, calls)

    def _load(self, candidate: Candidate | None) -> dict[str, Any]:
        text = self.source
        if candidate is not None:
            patch = PythonLanguage().apply(candidate, {self.path: text.encode()})
            text = patch.files[0].after.decode() if patch.files else text
        names: dict[str, Any] = {}
        exec(text, names)  # the test's own text
        return names

    def _ends(self, names: dict[str, Any]) -> list[str]:
        return [_end(names[self.target], copy.deepcopy(call)) for call in self.inputs]

    def _child_ends(self, draft: Candidate, child: str, version: Candidate) -> list[str]:
        function = self._load(version)[child]
        return [_end(function, call) for call in self._reaching(draft, child)]

    def _reaching(self, draft: Candidate, child: str) -> list[Call]:
        names, found = self._load(draft), []
        inner = names[child]

        def tapped(*args: Any) -> Any:
            found.append(copy.deepcopy(args))
            return inner(*args)

        names[child] = tapped
        self._ends(names)
        return found

    def _verdict(self, one: Sequence[str], two: Sequence[str]) -> Verdict:
        differing = [(a, b) for a, b in zip(one, two, strict=True) if a != b]
        reason = None
        if differing:
            reason = Reason(Code.RESULT, f"{differing[0][0]} becomes {differing[0][1]}")
        same = not differing
        checks = (CheckResult(Check.GATE, True), CheckResult(Check.ORACLE, same, len(one), reason))
        return Verdict(checks)


def _end(function: Callable[..., Any], call: Call) -> str:
    try:
        result = repr(function(*call))
    except Exception as error:  # an outcome like another
        result = f"raised {error!r}"
    return f"{result}, then {call!r}"
