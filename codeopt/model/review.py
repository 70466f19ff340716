"""What a person said of a patch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, Decision
from codeopt.model.reasons import Code, Reason


class Choice(StrEnum):
    """Say what became of a patch in the review; OPEN takes an earlier choice back.

    PASSED_OVER is a patch of a function of which another one was accepted: nothing speaks against
    it, and later runs may propose it.
    """

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PASSED_OVER = "passed over"
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


class Kind(StrEnum):
    """Name what a person did with a patch beyond deciding about it."""

    EDIT = "edit"
    PART = "part"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Exchange:
    """Hold one turn of the talk between a person and codeopt about a patch.

    ``said`` is the remark, or the diff of what the person made of the patch; ``answer`` what came
    of it in a line; ``answers`` are the digests of the candidates that it led to, kept ones first.
    """

    target: FunctionId
    about: str
    kind: Kind
    said: str
    answer: str
    kept: bool
    answers: tuple[str, ...] = ()
    model: str = ""
