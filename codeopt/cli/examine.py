"""Look at everything that codeopt needs, one finding at a time."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeopt.model.errors import CodeoptError


@dataclass(frozen=True, slots=True)
class Finding:
    """Say what was found of one thing; ``remedy`` tells how to get what is missing."""

    what: str
    ok: bool
    found: str
    remedy: str = ""
    optional: bool = False


def examine(repository: Path, flags: dict[str, Any]) -> Iterator[Finding]:
    """Yield findings on the repository, its project, the sandbox, the model and the machine."""
    from codeopt import __version__

    yield Finding("codeopt", True, f"{__version__} on Python {platform.python_version()}")


def failed(what: str, error: CodeoptError, *, optional: bool = False) -> Finding:
    """Turn an error into a finding."""
    return Finding(what, False, error.message, error.hint, optional)
