"""Rewrites whose true gain is known: a function whose body does so much less, or more, work."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

BODIES = {
    "dict": "found[k & 63] = found.get(k & 63, 0) + number",
    "strings": "text = str(k + number).zfill(9)[2:].upper()",
    "numeric": "total = (total * 31 + k * number) % 1000003",
    "allocation": "kept = [(k, number), [k], {k: number}]",
    "sort": "kept = sorted(data[k % 7 : k % 7 + 20])",
    "regex": "kept = pattern.match(texts[k & 7])",
}
TEMPLATE = """
import re

pattern = re.compile(r"([a-z]+)=(\\\\d+);?")
texts = ["key=%d;" % (37 * k) for k in range(8)]
data = [(k * 7919) % 101 for k in range(60)]


def f({number}):
    {found}, {total} = {{}}, 0
    for k in range({units}):
        {body}
    return {number}
"""
EFFECTS = {"identical": 0.0, "neutral": 0.0, "2 %": 0.02, "5 %": 0.05, "10 %": 0.10, "30 %": 0.30}


def source(kind: str, units: int, *, renamed: bool = False) -> str:
    """Write a module whose function does ``units`` pieces of work."""
    names = {"number": "number", "found": "found", "total": "total"}
    body = BODIES[kind]
    if renamed:
        names = {name: f"the_{name}" for name in names}
        for name, other in names.items():
            body = body.replace(name, other)
    return TEMPLATE.format(units=units, body=body, **names)


@dataclass(frozen=True)
class Case:
    """One trial: a project with a rewrite of known effect."""

    directory: Path
    kind: str
    effect: str
    units: int
    seed: int
    slower: bool = False

    def texts(self) -> tuple[str, str]:
        """Return the texts of original and candidate."""
        more = round(self.units * (1 + EFFECTS[self.effect]))
        old, new = (self.units, more) if self.slower else (more, self.units)
        renamed = self.effect == "neutral"
        return source(self.kind, old), source(self.kind, new, renamed=renamed)

    def files(self) -> tuple[Path, Path]:
        """Write both versions."""
        paths = self.directory / "mod.py", self.directory / "new.py"
        for path, text in zip(paths, self.texts(), strict=True):
            path.write_text(text)
        return paths
