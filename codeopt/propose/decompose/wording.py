"""Put a division, or the rewrite of one part, into a request to a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from codeopt.config import ModelSettings
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt
from codeopt.ports import Assignment, Message, Request
from codeopt.propose.asking import short
from codeopt.propose.briefing import brief, history
from codeopt.propose.context import context_of
from codeopt.propose.decompose.drafts import Part
from codeopt.propose.decompose.growth import Growth
from codeopt.propose.prompts import Prompts
from codeopt.propose.techniques import Technique, choose, signals

_DIVIDE = Technique("free", "divide", "")


class Wording:
    """Fill the prompts ``divide`` and ``conquer``."""

    def __init__(
        self,
        model: str,
        settings: ModelSettings,
        prompts: Prompts,
        *,
        goal: float,
        seed: int,
        unbounded_caches: bool,
    ) -> None:
        self._model, self._settings = model, settings
        self._divide, self._conquer = prompts.load("divide"), prompts.load("conquer")
        self._goal, self._seed, self._unbounded = goal, seed, unbounded_caches

    def techniques(self, assignment: Assignment, part: Part) -> Iterator[tuple[int, Technique]]:
        """Number the samples of a part, each with another technique."""
        found = signals(part.text, assignment.project_packages)
        used: Counter[str] = Counter()
        salt = f"{assignment.target.id} {part.name}"
        for number in range(self._settings.samples):
            technique = choose(found, used, seed=self._seed, salt=salt)
            used[technique.name] += 1
            yield number, technique

    def division(
        self,
        assignment: Assignment,
        function: tuple[FunctionId, str],
        number: int,
        attempts: Sequence[Attempt],
    ) -> Request:
        """Ask to divide a function: the target, or a part of it."""
        target, text = function
        values = self._values(assignment, _DIVIDE, attempts)
        if target != assignment.target.id:
            inner = {"target": str(target), "name": target.name, "function": text}
            values |= {**inner, "hot_lines": "", "inputs": ""}
        slot = f"divide {target} {number} {short(text)}"
        return self._request(self._divide.fill(values), number, slot)

    def body(
        self,
        assignment: Assignment,
        growth: Growth,
        name: str,
        which: tuple[int, Technique],
        attempts: Sequence[Attempt],
    ) -> Request:
        """Ask for a faster body of one part."""
        number, technique = which
        part = growth.draft.part(name)
        recording = growth.recording(name)
        values = self._values(assignment, technique, ()) | {
            "name": name,
            "share": f"{max(5, 5 * round(20 * growth.share(name)))} %",
            "function": part.text,
            "parent": growth.draft.text(part.under),
            "inputs": "\n".join(recording.examples) if recording else "",
            "history": history(attempts),
        }
        for unused in ("goal", "hot_lines"):
            del values[unused]
        target = assignment.target.id
        slot = f"conquer {target} {name} {number} {technique.name} {short(part.text)}"
        return self._request(self._conquer.fill(values), number, slot)

    def _values(
        self, assignment: Assignment, technique: Technique, attempts: Sequence[Attempt]
    ) -> dict[str, str]:
        values = brief(
            assignment, technique, attempts, goal=self._goal, unbounded_caches=self._unbounded
        )
        del values["along"]  # a part is certified alone, so all that it calls stays as it is
        return {**values, "context": context_of(assignment)}

    def _request(self, messages: tuple[Message, ...], number: int, slot: str) -> Request:
        settings = self._settings
        return Request(
            messages,
            self._model,
            settings.temperature,
            settings.reply_tokens,
            sample=number,
            slot=slot,
        )
