"""Journal what wrong candidates have taught: a run that was killed need not learn it anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from codeopt.ledger import Ledger
from codeopt.pipeline.judge import Case
from codeopt.verify.generated import Generated
from codeopt.verify.observation import Observation

_KIND = "lessons"


@dataclass(frozen=True, slots=True)
class Lesson:
    """Hold one file of inputs with what the original does on them, as it is journalled."""

    file: Path
    answers: tuple[tuple[int, Observation], ...]
    known: tuple[int, ...]
    names: tuple[str, ...]
    count: int

    @classmethod
    def of(cls, made: Generated) -> Lesson:
        """Take down what was learned."""
        answers, known = tuple(sorted(made.answers.items(), key=_index)), tuple(sorted(made.known))
        return cls(made.file, answers, known, tuple(sorted(made.names)), made.count)

    def inputs(self) -> Generated:
        """Return it as it was."""
        known, names = frozenset(self.known), frozenset(self.names)
        return Generated(self.file, dict(self.answers), known, names, self.count)


def note(ledger: Ledger, case: Case) -> None:
    """Journal what is known, where something is new."""
    made = case.school.lessons.made if case.school else []
    if made and len(made) > len(_known(ledger, case)):
        ledger.put(_KIND, str(case.target), [Lesson.of(each) for each in made])


def recall(ledger: Ledger, case: Case) -> None:
    """Give a school that begins what an earlier start of the run has learned."""
    if case.school is None or case.school.lessons.made:
        return
    found = [each.inputs() for each in _known(ledger, case)]
    case.school.lessons.made.extend(each for each in found if each.file.is_file())


def _known(ledger: Ledger, case: Case) -> list[Lesson]:
    return ledger.get(_KIND, str(case.target), list[Lesson]) or []


def _index(answer: tuple[int, Observation]) -> int:
    return answer[0]
