"""Discover what a directory tree contains, parsing only what has changed since the last time."""

from __future__ import annotations

import contextlib
import functools
import gc
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from codeopt.discover.cache import Cache, Seen, Stored
from codeopt.discover.stored import (
    Contents,
    StoredFile,
    decode,
    decode_problems,
    encode,
    encode_problems,
)
from codeopt.discover.tree import Listed, list_tree
from codeopt.model.code import CodeMap, FileInfo, SyntaxProblem, content_digest
from codeopt.model.errors import UsageError
from codeopt.ports import Language

# A file written within this time of being read may change again without its time telling.
_UNSETTLED_NS = 1_000_000_000
_AT_ONCE = 256


def discover(
    root: Path,
    language: Language,
    *,
    cache: Path | None = None,
    paths: Iterable[str] | None = None,
) -> CodeMap:
    """Describe the Python files below ``root``, or those of ``paths`` (POSIX, relative to it).

    ``cache`` is a directory that codeopt owns; None keeps nothing. A file is read only when its
    size or times have changed, and parsed only when no file of the same content ever was.
    """
    root = root.resolve()
    if not root.is_dir():
        raise UsageError(f"{root} is not a directory", hint="give the root of a repository")
    listing = list_tree(root, paths)
    with _no_collection():
        scan = _Scan(root, language, Cache(cache, language.version) if cache else None)
        scan.load()
        files = scan.files(listing.files)
        if paths is None:
            scan.forget(item.path for item in listing.files)
        scan.store()
    skipped = listing.skipped + tuple(scan.unreadable)
    return CodeMap(files, scan.parsed, len(files) - scan.parsed, skipped)


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Pause the garbage collector: it would walk millions of new objects, and find nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(slots=True)
class _Scan:
    """Hold the state of one discovery."""

    root: Path
    language: Language
    cache: Cache | None
    seen: dict[str, Seen] = field(default_factory=dict)
    contents: dict[str, Stored] = field(default_factory=dict)
    new_seen: list[Seen] = field(default_factory=list)
    new_contents: list[Stored] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unreadable: list[SyntaxProblem] = field(default_factory=list)
    parsed: int = 0

    def load(self) -> None:
        """Read what is known about this tree."""
        if self.cache:
            self.seen = self.cache.seen(str(self.root))
            self.contents = self.cache.of_tree(str(self.root))

    def files(self, items: Iterable[Listed]) -> tuple[FileInfo, ...]:
        """Describe files from what is known, or else by reading them; in the order of paths."""
        found, changed = [], []
        for item in items:
            before = self.seen.get(item.path)
            if before and before.digest in self.contents and _unchanged(item, before):
                found.append(self._reuse(item.path, before.digest))
            else:
                changed.append(item)
        for start in range(0, len(changed), _AT_ONCE):
            found += self._read(changed[start : start + _AT_ONCE])
        return tuple(sorted(found, key=lambda file: file.path))

    def _read(self, items: Iterable[Listed]) -> Iterator[FileInfo]:
        sources = {}
        for item in items:
            checked = time.time_ns()
            try:
                source = (self.root / item.path).read_bytes()
            except OSError as error:
                problem = SyntaxProblem(item.path, 1, f"not read: {error.strerror or error}")
                self.unreadable.append(problem)
                continue
            digest = content_digest(source)
            sources[item.path] = (digest, source)
            seen = Seen(item.path, item.size, item.mtime, item.ctime, checked, digest)
            self.new_seen.append(seen)
        self._look_up({digest for digest, _ in sources.values()})
        for path, (digest, source) in sources.items():
            known = digest in self.contents
            yield self._reuse(path, digest) if known else self._parse(path, source)

    def _look_up(self, digests: set[str]) -> None:
        unknown = digests.difference(self.contents)
        if self.cache and unknown:
            self.contents.update(self.cache.of_digests(unknown))

    def _reuse(self, path: str, digest: str) -> FileInfo:
        stored = self.contents[digest]
        return StoredFile(
            path,
            digest,
            stored.lines,
            decode_problems(path, stored.problems),
            functools.partial(self._contents, path, stored),
        )

    def _contents(self, path: str, stored: Stored) -> Contents:
        try:
            return decode(path, stored.data)
        except ValueError:  # nothing that this version wrote: look at the file again
            file = self.language.parse(path, (self.root / path).read_bytes())
            return file.functions, file.classes, file.imports

    def _parse(self, path: str, source: bytes) -> FileInfo:
        self.parsed += 1
        file = self.language.parse(path, source)
        if self.cache:
            problems = encode_problems(file.problems)
            stored = Stored(file.digest, file.lines, problems, encode(file))
            self.new_contents.append(stored)
            self.contents[file.digest] = stored
        return file

    def forget(self, present: Iterable[str]) -> None:
        """Note which files are there no more."""
        self.gone = sorted(set(self.seen).difference(present))

    def store(self) -> None:
        """Write what is new."""
        if self.cache and (self.new_seen or self.gone):
            self.cache.store(str(self.root), self.new_seen, self.new_contents, self.gone)


def _unchanged(item: Listed, before: Seen) -> bool:
    now = (item.size, item.mtime, item.ctime)
    settled = max(before.mtime, before.ctime) < before.checked - _UNSETTLED_NS
    return settled and now == (before.size, before.mtime, before.ctime)
