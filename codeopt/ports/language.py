"""Parse and edit source text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from codeopt.model.candidate import Candidate, Patch
from codeopt.model.code import FileInfo, FunctionInfo


class Language(Protocol):
    """Parse and edit source text of one programming language.

    ``version`` changes whenever ``parse`` would describe the same bytes differently.
    """

    version: str

    def parse(self, path: str, source: bytes) -> FileInfo:
        """Describe a file; broken files are described as far as they go."""

    def extract(self, source: bytes, function: FunctionInfo) -> str:
        """Return the text of a function with its decorators, dedented."""

    def apply(self, candidate: Candidate, sources: Mapping[str, bytes]) -> Patch:
        """Write a candidate into files; raise ``UnparsableError`` when it does not fit."""

    def fingerprint(self, source: str) -> str:
        """Return a digest of the syntax, blind to comments, layout and docstrings."""
