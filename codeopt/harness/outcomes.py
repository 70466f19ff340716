"""Digests of what timed calls gave, taken after the clock has stopped."""

from .describe import describe
from .encode import Encoder, Section, digest


def digest_of(value):
    """Return a digest of a result or exception; "" when part of it cannot be described."""
    section = Section()
    try:
        Encoder(describe).walk(value, "result", section, drain=True)
    except Exception:  # a value of the project's that breaks the walk cannot be compared
        return ""
    return "" if section.opaque else digest(section.tokens)
