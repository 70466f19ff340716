"""What a person said of a patch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, Decision
from codeopt.model.reasons import Code, Reason


class Choice(StrEnum):
    """Say what became of a patch in the review; OPEN takes an earlier choice back."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Opinion:
    """Hold what a person decided about one rewrite, with the remark that goes with it."""

    target: FunctionId
    candidate_digest: str
    choice: Choice
    remark: str = ""
    strategy: str = ""
    technique: str = ""
    run: str = ""

    @property
    def reason(self) -> Reason:
        """Return the reason for which the rewrite is not tried again."""
        text = "a person rejected this rewrite"
        return Reason(Code.REFUSED, f"{text}: {self.remark}" if self.remark else text)

    @property
    def attempt(self) -> Attempt:
        """Return the rejection as an attempt, for those who propose the next one."""
        return Attempt(
            self.candidate_digest,
            self.target,
            self.strategy,
            self.technique,
            Decision(False, self.reason),
        )
