"""What the pipeline works with: the ports, already chosen, and the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from codeopt.config import Settings
from codeopt.ledger import Ledger
from codeopt.memory import Memory
from codeopt.model.candidate import Patch
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt
from codeopt.model.reasons import Reason
from codeopt.model.review import Opinion
from codeopt.ports import Executor, Language, Repository, Sandbox, Source, Strategy, Workers


@dataclass(frozen=True, slots=True)
class Talk:
    """Hold what a round starts from that a person asked for.

    ``told`` is what is asked of a rewrite, ``known`` what was tried before, and ``confirmed`` how
    many confirmations have used up error budget already.
    """

    told: str = ""
    known: tuple[Attempt, ...] = ()
    confirmed: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """Hold a patch that is about to be kept on top of the commit ``tip``."""

    attempt: Attempt
    patch: Patch
    tip: str


class Person(Protocol):
    """Decide with codeopt while a run goes on; what is said is journalled by whoever implements it.

    Both may raise Interrupted: the run can go on later.
    """

    def decide(self, offer: Offer) -> Offer | Reason:
        """Take a patch as it is, or as an edit of it that was judged, or say why not."""

    def remark(self, target: FunctionId) -> str:
        """Say what another rewrite of a target should be like, where none is kept; "" to go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """Hold the adapters that it takes to know a project and to judge changes to it.

    ``start`` is the directory that the paths of the user's targets are relative to.
    """

    repository: Source
    sandbox: Sandbox
    executor: Executor
    language: Language
    ledger: Ledger
    settings: Settings
    cache: Path
    recordings: Path
    start: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools(Instruments):
    """Hold the adapters of a run: it proposes rewrites and commits what it keeps.

    ``strategy`` makes a fresh strategy for each target. ``look_inside`` has the candidates' hot
    lines found, too, and ``follow`` recorded calls traced, which some strategies tell a model.
    ``memory`` is what is remembered from run to run; ``refused`` is what people rejected in
    earlier reviews. ``workers`` do on other machines what can be done there. ``talk`` is there
    where a person asked for another round, and ``person`` where one sits by.
    """

    repository: Repository
    strategy: Callable[[], Strategy]
    look_inside: bool = False
    follow: bool = False
    memory: Memory | None = None
    refused: tuple[Opinion, ...] = ()
    workers: Workers | None = None
    talk: Talk = field(default_factory=Talk)
    person: Person | None = None
