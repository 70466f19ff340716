"""What keeps text of a repository or a model from playing with a terminal, or telling a key."""

from __future__ import annotations

from codeopt.redact import redact


def printable(text: str) -> str:
    """Replace control characters, broken Unicode and keys in text of a repository or a model."""
    if text.isprintable():
        return redact(text)
    return "".join(c if c.isprintable() or c in "\n\t" else "�" for c in redact(text))


def one_line(text: str) -> str:
    """Return text of a repository or a model on one line."""
    return " ".join(printable(text).split())
