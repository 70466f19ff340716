"""What a run tells the outside while it goes on: one value an event, in order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, Check, Control, Profile, Recording, Spend
from codeopt.model.tree import FunctionTree


class Stage(StrEnum):
    """Name the stages of a run, in order, then those in which one given change is judged."""

    PREPARE = "prepare"
    DISCOVER = "discover"
    BASELINE = "baseline"
    PROFILE = "profile"
    RECORD = "record"
    OBSERVE = "observe"
    CONTROL = "control"
    OPTIMISE = "optimise"
    COMPARE = "compare"
    TESTS = "tests"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class RunStarted:
    """Say which run begins, on which commit, and whether it goes on from an earlier start."""

    run: str
    commit: str
    resumed: bool
    dirty: int


@dataclass(frozen=True, slots=True)
class StageStarted:
    """Say that a stage begins."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class StageFinished:
    """Say that a stage ended, with a line for a person."""

    stage: Stage
    detail: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Noted:
    """Warn about something that a person should know; the text names its remedy."""

    text: str


@dataclass(frozen=True, slots=True)
class Profiled:
    """Carry the profile of the workload."""

    profile: Profile


@dataclass(frozen=True, slots=True)
class Recorded:
    """Carry what was recorded for one target."""

    recording: Recording


@dataclass(frozen=True, slots=True)
class Controlled:
    """Carry the result of original against original."""

    control: Control


@dataclass(frozen=True, slots=True)
class TargetStarted:
    """Say that work on a target begins, or goes on ``again``: ``number`` of ``total``."""

    target: FunctionId
    number: int
    total: int
    share: float
    again: bool = False


@dataclass(frozen=True, slots=True)
class CandidateStarted:
    """Say that a candidate goes before the judge."""

    target: FunctionId
    technique: str
    strategy: str


@dataclass(frozen=True, slots=True)
class CheckStarted:
    """Say what the judge is doing (``measure`` is not a check of behaviour)."""

    check: Check | str


@dataclass(frozen=True, slots=True)
class TreeGrown:
    """Carry a function tree after a step, which ``tree.step`` puts into words."""

    tree: FunctionTree


@dataclass(frozen=True, slots=True)
class Judged:
    """Carry a candidate with everything that was found; ``decision.keep`` may still be overruled
    by the tests or by a faster candidate of the same target."""

    attempt: Attempt
    spend: Spend


@dataclass(frozen=True, slots=True)
class Kept:
    """Carry a patch that became a commit."""

    attempt: Attempt
    branch: str


@dataclass(frozen=True, slots=True)
class TargetFinished:
    """Say that work on a target ended; ``why`` counts the reasons when nothing was kept."""

    target: FunctionId
    tried: int
    kept: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class RunFinished:
    """Say how the run ended."""

    run: str
    kept: int
    rejected: int
    spend: Spend
    seconds: float


Event = (
    RunStarted
    | StageStarted
    | StageFinished
    | Noted
    | Profiled
    | Recorded
    | Controlled
    | TargetStarted
    | CandidateStarted
    | CheckStarted
    | TreeGrown
    | Judged
    | Kept
    | TargetFinished
    | RunFinished
)
