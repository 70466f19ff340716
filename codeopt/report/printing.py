"""What keeps text of a repository or a model from playing with a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """Replace control characters and broken Unicode of a repository or a model."""
    return "".join(c if c.isprintable() or c in "\n\t" else "�" for c in text)
