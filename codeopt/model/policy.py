"""What a team wants of a change; a module of its own, since the command line needs it for help."""

from __future__ import annotations

from enum import StrEnum


class FailOn(StrEnum):
    """Say what makes a change fail."""

    SLOWER = "slower"
    DIFFERENT = "different"
    NEVER = "never"
