"""Do several things at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Executor(Protocol):
    """Run independent jobs, on this machine or on others."""

    workers: int

    def map(self, job: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Apply ``job`` to every item; results come in the order of the items."""
