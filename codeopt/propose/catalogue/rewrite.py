"""Describe one rewrite of the catalogue, and the places where it applies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from codeopt.propose.catalogue.text import Edit

if TYPE_CHECKING:
    from codeopt.propose.catalogue.scope import Scope


class Gain(IntEnum):
    """Say what a rewrite can be expected to gain."""

    SMALL = 1
    """Saves a constant amount of interpreter work."""
    LARGE = 2
    """Moves work out of a loop or into C."""
    ORDER = 3
    """Lowers the order of growth."""


@dataclass(frozen=True, slots=True)
class Site:
    """Hold one place where a rewrite applies.

    ``why`` says why the result is the same. ``assumption`` is empty where the syntax proves that;
    otherwise it says what was taken for granted, and the judge has to find out. ``helpers`` are
    module-level definitions, ``imports`` import lines, that the new text needs.
    """

    line: int
    edits: tuple[Edit, ...]
    why: str
    assumption: str = ""
    helpers: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Describe a known slow pattern and its faster form.

    ``before`` and ``after`` are a module each, whose last function is the one rewritten;
    ``samples`` are argument tuples, as source text, on which both behave alike. ``needs`` says when
    it applies, ``find`` yields the places.
    """

    name: str
    summary: str
    gain: Gain
    before: str
    after: str
    samples: tuple[str, ...]
    needs: str
    find: Callable[[Scope], Iterator[Site]]


@dataclass(frozen=True, slots=True)
class RewriteInfo:
    """Describe a rewrite to a reader."""

    name: str
    summary: str
    before: str
    after: str
    notes: str
