"""The options with which a run can be made again."""

from __future__ import annotations

import json
from typing import Any

from codeopt import config
from codeopt.model.run import RunMeta

_UNTOLD = frozenset({"api_base"})  # an address may hold a key


def options(meta: RunMeta) -> list[str]:
    """Return the settings of a run that differ from the defaults, as words of a command line."""
    stored: dict[str, dict[str, Any]] = json.loads(meta.settings) if meta.settings else {}
    words: list[str] = []
    for each in config.describe():
        value = stored.get(each.slice, {}).get(each.name, each.default)
        value = tuple(value) if isinstance(value, list) else value
        if value != each.default and each.name not in _UNTOLD:
            words += _words(each.dashed, value)
    return words


def _words(name: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    values = value if isinstance(value, tuple) else (value,)
    return [word for each in values for word in (f"--{name}", str(each))]
