"""Have errands done on other machines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Parcel:
    """Hold a job for another machine, as JSON text: no code travels, and no pickle comes back.

    ``blobs`` are files that the job needs, by the SHA-256 of their bytes; they are sent to a worker
    that lacks them. ``timing``: only a worker that may measure does it, alone on its machine.
    ``seconds`` is how long it should take at most; then another worker is asked, too.
    """

    text: str
    blobs: tuple[tuple[str, Path], ...] = ()
    timing: bool = False
    seconds: float = 600.0


class WorkersLost(Exception):
    """No worker could do a job; the message is fit to be shown."""


class Workers(Protocol):
    """Do jobs on other machines."""

    def perform(self, parcel: Parcel) -> str:
        """Return the answer to a job, JSON text that is to be read with care; raise WorkersLost."""
