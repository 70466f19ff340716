"""What a run works with: the ports, already chosen, and its settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from codeopt.config import Settings
from codeopt.ledger import Ledger
from codeopt.memory import Memory
from codeopt.ports import Executor, Language, Repository, Sandbox, Strategy


@dataclass(frozen=True, slots=True)
class Tools:
    """Hold the adapters of a run.

    ``strategy`` makes a fresh strategy for each target; ``start`` is the directory that the paths
    of the user's targets are relative to. ``look_inside`` has the candidates' hot lines found, too,
    which some strategies tell a model. ``follow`` has recorded calls traced for them.
    ``memory`` is what is remembered from run to run.
    """

    repository: Repository
    sandbox: Sandbox
    executor: Executor
    language: Language
    ledger: Ledger
    strategy: Callable[[], Strategy]
    settings: Settings
    cache: Path
    recordings: Path
    start: Path
    look_inside: bool = False
    follow: bool = False
    memory: Memory | None = None
