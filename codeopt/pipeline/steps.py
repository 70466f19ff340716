"""Work that tells of itself while it goes on: a generator of events that returns a result."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from codeopt.model.events import Event

T = TypeVar("T")
Steps = Generator[Event, None, T]


def result(steps: Steps[T]) -> T:
    """Run steps to their end without telling of them."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            found: T = stop.value
            return found
