"""Where the time of a piece of code goes, line by line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HotLine:
    """Show one line of a candidate with the share of its time (0 to 1) that is spent there."""

    text: str
    share: float
