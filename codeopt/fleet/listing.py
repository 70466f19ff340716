"""Read the list of the repositories of a fleet."""

from __future__ import annotations

import difflib
import shlex
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from codeopt import config
from codeopt.model.errors import UsageError
from codeopt.model.fleet import Member

_OWN = frozenset({"path", "name", "weight", "targets"})
_BUDGET = frozenset({"max-cost", "max-tokens", "max-seconds"})
_TABLES = frozenset({"defaults", "repository"})


def read_list(file: Path) -> tuple[Member, ...]:
    """Return the members that a file lists; raise UsageError for what cannot be meant.

    A ``.toml`` file has a table ``[[repository]]`` for each, with ``path`` and, if wanted,
    ``name``, ``weight``, ``targets`` and any setting, and a table ``[defaults]`` of settings. Any
    other file has one path a line, then the command of the workload; ``#`` starts a comment. Paths
    are relative to the file.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error
    found = _of_toml(text, file) if file.suffix == ".toml" else _of_lines(text, file)
    members = tuple(_named(replace(m, source=_absolute(m.source, file)) for m in found))
    if not members:
        raise UsageError(f"{file} lists no repository", hint="write one path or git URL a line")
    return members


def is_remote(source: str) -> bool:
    """Tell whether a source has to be cloned: a URL, a bundle, or a host's path as ssh has it."""
    host, colon, _ = source.partition(":")
    return "://" in source or source.endswith(".bundle") or bool(colon and "/" not in host)


def _of_lines(text: str, file: Path) -> Iterator[Member]:
    for number, line in enumerate(text.splitlines(), 1):
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            raise UsageError(f"{file}:{number}: {error}") from error
        if words:
            bench = (("bench", shlex.join(words[1:])),) if words[1:] else ()
            yield Member(_name(words[0]), words[0], settings=bench)


def _of_toml(text: str, file: Path) -> Iterator[Member]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file} is no TOML: {error}") from error
    for key in document.keys() - _TABLES:
        raise _unknown(file, key, _TABLES)
    defaults, rows = document.get("defaults", {}), document.get("repository", [])
    if not isinstance(defaults, dict) or not isinstance(rows, list):
        raise UsageError(f"{file}: it takes a table [defaults] and tables [[repository]]")
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("path"), str):
            raise UsageError(f"{file}: a repository has no path", hint='path = "…"')
        yield _member(file, row, defaults)


def _member(file: Path, row: Mapping[str, Any], defaults: Mapping[str, Any]) -> Member:
    known = {each.dashed: each.name for each in config.describe() if each.dashed not in _BUDGET}
    given = {**defaults, **{key: value for key, value in row.items() if key not in _OWN}}
    for key in given:
        if key not in known:
            raise _unknown(file, key, [*known, *_OWN])
    weight, targets = row.get("weight", 1.0), row.get("targets", [])
    name = row.get("name", _name(row["path"]))
    if isinstance(weight, bool) or not isinstance(weight, int | float) or weight < 0:
        raise UsageError(
            f"{file}: the weight of {row['path']} must be a number that is not below 0"
        )
    if not isinstance(targets, list) or not isinstance(name, str):
        raise UsageError(f"{file}: {row['path']}: name is a text, targets a list of texts")
    settings = tuple((known[key], _text(value)) for key, value in given.items())
    return Member(name, row["path"], float(weight), tuple(map(str, targets)), settings)


def _text(value: Any) -> str:
    """Write a value as the command line would have it."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _unknown(file: Path, key: str, names: Iterable[str]) -> UsageError:
    close = difflib.get_close_matches(key, list(names), 1)
    hint = f"did you mean {close[0]!r}?" if close else "codeopt config lists all settings"
    return UsageError(f"{file}: unknown key {key!r}", hint=hint)


def _name(source: str) -> str:
    last = source.rstrip("/").replace(":", "/").rpartition("/")[2]
    return last.removesuffix(".git").removesuffix(".bundle") or "repository"


def _absolute(source: str, file: Path) -> str:
    if is_remote(source) and not source.endswith(".bundle"):
        return source
    return source if "://" in source else str((file.parent / Path(source).expanduser()).resolve())


def _named(members: Iterable[Member]) -> Iterator[Member]:
    """Tell members of the same name apart by a number; names are names of directories, too."""
    used: set[str] = set()
    for member in members:
        base = "".join(c if c.isalnum() or c in "-_." else "-" for c in member.name).strip(".")
        name, number = base or "repository", 1
        while name in used:
            number += 1
            name = f"{base}-{number}"
        used.add(name)
        yield replace(member, name=name)
