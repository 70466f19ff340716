"""Learn from wrong candidates: inputs on which one differed go before all later ones first.

The best tests of a rewrite are the inputs that told others from the original. They are mutated, the
original is asked about the mutants, and all of them are kept for the target. Later wrong candidates
are refused after a handful of calls, before the recorded ones are replayed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from codeopt import foreign
from codeopt.config import JudgeSettings
from codeopt.model.evidence import CheckResult
from codeopt.model.project import Project
from codeopt.verify import inputs
from codeopt.verify.generated import Generated, Maker, question, settle
from codeopt.verify.inputs import Finding
from codeopt.verify.oracle import Oracle
from codeopt.verify.replaying import replay
from codeopt.worker import Place

_MOST = 5  # inputs of which mutants are made
_MUTANTS = 40
_DEADLINE = 20.0


@dataclass(slots=True)
class Lessons:
    """Hold what the wrong candidates of one target have taught."""

    made: list[Generated] = field(default_factory=list)

    @property
    def inputs(self) -> int:
        """Count the inputs."""
        return sum(len(each.answers) for each in self.made)


@dataclass(frozen=True, slots=True)
class School:
    """Teach and examine the candidates of one target."""

    place: Place
    project: Project
    oracle: Oracle
    settings: JudgeSettings
    lessons: Lessons = field(default_factory=Lessons)

    def examine(self, overrides: Mapping[str, str]) -> CheckResult | None:
        """Try a candidate on what others taught; None when it does not differ there."""
        if not self.lessons.made:
            return None
        started = time.monotonic()
        failed = inputs.first_failure(
            self.place, self.project, self.oracle, overrides, self.settings, self.lessons.made
        )
        if failed is None:
            return None
        return replace(failed, compared=self.lessons.inputs, seconds=time.monotonic() - started)

    def check(self, overrides: Mapping[str, str]) -> CheckResult:
        """Check a candidate on all generated inputs, and learn from a difference."""
        found: list[Finding] = []
        result = inputs.check(
            self.place, self.project, self.oracle, overrides, self.settings, found=found
        )
        self.learn(found)
        return result

    def learn(self, found: Iterable[Finding]) -> None:
        """Take over inputs on which a candidate differed."""
        for finding in found:
            self._learn(finding)

    def _learn(self, finding: Finding) -> None:
        """Keep an input under a name of its own, and mutants of it that the original answers."""
        number = len(self.lessons.made)
        if number >= 2 * _MOST:
            return
        out = self.oracle.recording.file.parent / f"{self.oracle.recording.file.stem}-lessons"
        file = foreign.directory(out) / f"{number:03d}.bin"
        foreign.copy(finding.made.file, file)
        answer = {finding.index: finding.made.answers[finding.index]}
        self.lessons.made.append(replace(finding.made, file=file, answers=answer))
        job = {"source": str(file), "around": finding.index, "count": _MUTANTS}
        with Maker(self.place, self.project, self.oracle.recording, out) as maker:
            made = maker.make(f"{number:03d}-mutants.bin", {"seed": self.settings.seed, **job})
        if foreign.is_file(made.file):
            answered = self._answered(made)
            if answered.answers:
                self.lessons.made.append(answered)

    def _answered(self, made: Generated) -> Generated:
        """Keep the inputs on which the original agrees with itself."""
        request = question(self.project, made, self.settings)
        first = replay(self.place, request)
        tried = tuple(index for index, _ in first.observations)
        if not tried:
            return made
        seed = self.settings.seed + 1  # what depends on hashes is alike only in one process
        again = replace(request, only=tried, hash_seed=seed, deadline=_DEADLINE)
        second = replay(self.place, again)
        return settle(made, first, second, self.settings.rtol)
