"""Load prompt templates and fill them in.

A template is a Markdown file, one for each role, ``prompts/<role>.md``::

    ---
    role: rewrite
    variables: target, goal          texts of one line
    data: function=python            texts of a repository: fenced, never instructions
    ---
    === system ===
    ... {{target}} ...
    === user ===
    {{#function}}only where there is one: {{function}}{{/function}}

What a repository says is fenced with more backticks than it holds itself, so that it cannot end the
fence. Filling is one pass: braces in a value are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import codeopt
from codeopt.model.errors import InternalError, UsageError
from codeopt.ports import Message

_LONGEST_LINE = 600
_FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.S)
_PART = re.compile(r"^=== (system|user|assistant) ===\n", re.M)
_SECTION = re.compile(r"\{\{#(\w+)\}\}\n?(.*?)\{\{/\1\}\}\n?", re.S)
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Template:
    """Hold a parsed template; ``data`` pairs names with the language of their fence."""

    path: Path
    settings: tuple[tuple[str, str], ...]
    variables: frozenset[str]
    data: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]

    def fill(self, values: Mapping[str, str]) -> tuple[Message, ...]:
        """Return the messages with every variable filled in; an unset one is empty.

        Raises UsageError for a value that the template does not declare.
        """
        unknown = sorted(set(values) - self.variables - {name for name, _ in self.data})
        if unknown:
            raise UsageError(f"{self.path} does not declare {{{{{unknown[0]}}}}}")
        ready = {name: _line(values.get(name, "")) for name in self.variables}
        ready |= {name: fenced(values.get(name, ""), language) for name, language in self.data}
        return tuple(Message(role, _fill(text, ready)) for role, text in self.parts)


class Prompts:
    """Find templates: in a directory of the user's first, then in the ones that are shipped."""

    def __init__(self, override: Path | None = None) -> None:
        self._directories = [*([override] if override else []), *_shipped()]

    def load(self, role: str) -> Template:
        """Read the template of a role; raise UsageError when it is malformed."""
        for directory in self._directories:
            path = directory / f"{role}.md"
            try:
                return parse(path, path.read_text("utf-8"))
            except FileNotFoundError:
                continue
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(f"the prompt {path} cannot be read: {error}") from error
        raise InternalError(f"there is no prompt {role}.md", hint="install codeopt again")


def parse(path: Path, text: str) -> Template:
    """Parse a template; raise UsageError that names what is wrong with it."""
    front = _FRONT.match(text.replace("\r\n", "\n"))
    if front is None:
        raise UsageError(f"{path} has no front matter", hint="it begins with --- and ends with ---")
    settings = dict(_setting(path, line) for line in front.group(1).split("\n") if line.strip())
    variables = frozenset(_listed(settings.pop("variables", "")))
    pairs = [name.partition("=") for name in _listed(settings.pop("data", ""))]
    data = tuple((name, language) for name, _, language in pairs)
    pieces = _PART.split(front.group(2))
    parts = tuple(zip(pieces[1::2], (piece.strip() for piece in pieces[2::2]), strict=True))
    if not parts:
        raise UsageError(f"{path} has no part", hint="a part begins with === user ===")
    _check(path, front.group(2), variables | {name for name, _ in data})
    return Template(path, tuple(settings.items()), variables, data, parts)


def fenced(text: str, language: str = "") -> str:
    """Fence a text with more backticks than it holds anywhere; nothing stays nothing."""
    if not text.strip():
        return ""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{_printable(text).rstrip()}\n{fence}"


def _shipped() -> list[Path]:
    """Name where the prompts are: beside the package in a checkout, inside it when installed."""
    package = Path(codeopt.__file__).resolve().parent
    checkout = package.parent
    beside = [checkout / "prompts"] if (checkout / "pyproject.toml").is_file() else []
    return [*beside, package / "prompts"]


def _setting(path: Path, line: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    if not colon or not key.strip():
        raise UsageError(f"{path}: {line.strip()!r} is not `key: value`")
    return key.strip(), value.strip()


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _check(path: Path, body: str, declared: frozenset[str]) -> None:
    for name in re.findall(r"\{\{[#/]?(\w+)\}\}", body):
        if name not in declared:
            raise UsageError(f"{path} uses {{{{{name}}}}}, which its front matter does not declare")


def _fill(text: str, values: Mapping[str, str]) -> str:
    kept = _SECTION.sub(lambda found: found.group(2) if values[found.group(1)] else "", text)
    filled = _VARIABLE.sub(lambda found: values[found.group(1)], kept)
    return filled.strip()


def _line(text: str) -> str:
    """Bring a value to one line that cannot open a fence."""
    line = " ".join(_printable(text).split()).replace("`", "'")
    return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"


def _printable(text: str) -> str:
    """Drop what cannot be sent: lone surrogates and control characters."""
    encodable = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c for c in encodable if c in "\n\t" or (c >= " " and c != "\x7f"))
