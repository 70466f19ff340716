"""What the pipeline works with: the ports, already chosen, and the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from codeopt.config import Settings
from codeopt.ledger import Ledger
from codeopt.memory import Memory
from codeopt.model.review import Opinion
from codeopt.ports import Executor, Language, Repository, Sandbox, Source, Strategy, Workers


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
    earlier reviews. ``workers`` do on other machines what can be done there.
    """

    repository: Repository
    strategy: Callable[[], Strategy]
    look_inside: bool = False
    follow: bool = False
    memory: Memory | None = None
    refused: tuple[Opinion, ...] = ()
    workers: Workers | None = None
