"""Load prompt templates and fill them in.

A template is a Markdown file, one for each role, ``prompts/<role>.md``::

    ---
    role: rewrite
    variables: target, goal          texts of one line
    data: function=python            texts of a repository: fenced, never instructions
    temperature: 0.3                 settings of the request, where they differ from the user's
    reply-tokens: 1024
    ---
    === system ===
    ... {{target}} ...
    === user ===
    {{#function}}only where there is one: {{function}}{{/function}}

What a repository says is fenced with more backticks than it holds itself, so that it cannot end the
fence. Filling is one pass: braces in a value are left alone.

A repository may bring templates of its own. They are text for the model and nothing else: they can
spoil the answers, which are judged like all others, but not turn data into instructions, since what
is data in the template that is shipped must stay fenced.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import codeopt
from codeopt.model.errors import InternalError, UsageError
from codeopt.ports import Message

_LONGEST_LINE = 600
_LARGEST_FILE = 100_000
_FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.S)
_PART = re.compile(r"^=== (system|user|assistant) ===\n", re.M)
_SECTION = re.compile(r"\{\{#(\w+)\}\}\n?(.*?)\{\{/\1\}\}\n?", re.S)
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")
_MARK = re.compile(r"\{\{([#/]?)([^{}]*)\}\}")
_NAME = re.compile(r"\w+\Z", re.A)
_KEYS = ("role", "variables", "data", "temperature", "reply-tokens")
_NUMBERS = {"temperature": (0.0, 2.0), "reply-tokens": (1, 1_000_000)}


@dataclass(frozen=True, slots=True)
class Template:
    """Hold a parsed template; ``data`` pairs names with the language of their fence."""

    path: Path
    settings: tuple[tuple[str, str], ...]
    variables: frozenset[str]
    data: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]

    @property
    def declared(self) -> frozenset[str]:
        """Name everything that can be filled in."""
        return self.variables | {name for name, _ in self.data}

    def declares(self, name: str) -> bool:
        """Tell whether a value of that name can be filled in."""
        return name in self.declared

    def number(self, setting: str, default: float) -> float:
        """Return a setting of the front matter, or the default where it has none."""
        return float(dict(self.settings).get(setting, default))

    def fill(self, values: Mapping[str, str]) -> tuple[Message, ...]:
        """Return the messages with every variable filled in; an unset one is empty.

        Raises UsageError for a value that the template does not declare.
        """
        unknown = sorted(set(values) - self.declared)
        if unknown:
            raise UsageError(f"{self.path} does not declare {{{{{unknown[0]}}}}}")
        ready = {name: _line(values.get(name, "")) for name in self.variables}
        ready |= {name: fenced(values.get(name, ""), language) for name, language in self.data}
        return tuple(Message(role, _fill(text, ready)) for role, text in self.parts)


class Prompts:
    """Find templates: in a directory of the repository's first, then in those that are shipped."""

    def __init__(self, override: Path | None = None) -> None:
        self._override = override
        if override is not None:
            _check_directory(override)

    @classmethod
    def of(cls, root: Path, directory: str) -> Prompts:
        """Take the templates of a directory of a repository; none when ``directory`` is empty.

        Raises UsageError for one that is not there, is outside, or holds a file of no role.
        """
        if not directory:
            return cls()
        path = (root / directory).resolve()
        if not path.is_relative_to(root.resolve()):
            hint = "name a directory in the repository"
            raise UsageError(f"the prompts {directory} are outside the repository", hint=hint)
        return cls(path)

    def load(self, role: str) -> Template:
        """Read the template of a role; raise UsageError when it is malformed."""
        shipped = _shipped_template(role)
        path = self._override / f"{role}.md" if self._override else None
        if path is None or not path.is_file():
            return shipped
        template = parse(path, _text_of(path), role=role)
        return _fitted(template, shipped)


def parse(path: Path, text: str, *, role: str = "") -> Template:
    """Parse a template; raise UsageError that names what is wrong with it.

    ``role`` is what its front matter must name.
    """
    front = _FRONT.match(text.replace("\r\n", "\n"))
    if front is None:
        raise UsageError(f"{path} has no front matter", hint="it begins with --- and ends with ---")
    settings = _settings(path, front.group(1), role)
    variables = _listed(settings.pop("variables", ""))
    pairs = [name.partition("=") for name in _listed(settings.pop("data", ""))]
    data = tuple((name.strip(), language.strip()) for name, _, language in pairs)
    _check_names(path, [*variables, *(name for name, _ in data)])
    before, *pieces = _PART.split(front.group(2))
    parts = tuple(zip(pieces[0::2], (piece.strip() for piece in pieces[1::2]), strict=True))
    if not parts:
        raise UsageError(f"{path} has no part", hint="a part begins with === user ===")
    if before.strip():
        raise UsageError(f"{path} has text before its first part")
    _check_marks(path, parts, {*variables, *(name for name, _ in data)})
    settings.pop("role", None)
    return Template(path, tuple(settings.items()), frozenset(variables), data, parts)


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


def roles() -> tuple[str, ...]:
    """Name the roles that have a prompt."""
    return tuple(sorted({path.stem for place in _shipped() for path in place.glob("*.md")}))


def _shipped_template(role: str) -> Template:
    for directory in _shipped():
        path = directory / f"{role}.md"
        if path.is_file():
            return parse(path, _text_of(path), role=role)
    raise InternalError(f"there is no prompt {role}.md", hint="install codeopt again")


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise UsageError(f"the prompt {path} has more than {_LARGEST_FILE} bytes")
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the prompt {path} cannot be read: {error}") from error


def _check_directory(directory: Path) -> None:
    """Refuse what cannot be meant: no directory, links that lead out of it, files of no role."""
    if not directory.is_dir():
        raise UsageError(f"there is no directory of prompts {directory}")
    known = roles()
    for path in sorted(directory.glob("*.md")):
        if path.name.lower() == "readme.md":
            continue
        if path.stem not in known:
            close = difflib.get_close_matches(path.stem, known, 1)
            hint = f"did you mean {close[0]}.md?" if close else f"roles: {', '.join(known)}"
            raise UsageError(f"{path}: there is no role {path.stem!r}", hint=hint)
        if not path.resolve().is_relative_to(directory.resolve()):
            raise UsageError(f"{path} is a link that leads out of its directory")


def _fitted(template: Template, shipped: Template) -> Template:
    """Hold a template against the shipped one: it may leave values out, but data stays data.

    Values that it has no use for are declared all the same, so that filling it is no error.
    """
    path = template.path
    for name in sorted(template.declared - shipped.declared):
        hint = f"it can use: {', '.join(sorted(shipped.declared))}"
        raise UsageError(f"{path} declares {name!r}, which this role does not have", hint=hint)
    fences = {**dict(shipped.data), **dict(template.data)}
    data = {name: fences[name] for name, _ in shipped.data}
    for name in sorted(template.variables & set(data)):
        raise UsageError(f"{path}: {name!r} is text of a repository", hint="list it under data:")
    for name in sorted({name for name, _ in template.data} & shipped.variables):
        raise UsageError(f"{path}: {name!r} is one line of codeopt's", hint="list it in variables:")
    return Template(path, template.settings, shipped.variables, tuple(data.items()), template.parts)


def _settings(path: Path, text: str, role: str) -> dict[str, str]:
    """Read the lines of the front matter."""
    found: dict[str, str] = {}
    for line in filter(str.strip, text.split("\n")):
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not key:
            raise UsageError(f"{path}: {line.strip()!r} is not `key: value`")
        if key not in _KEYS:
            raise UsageError(f"{path}: unknown key {key!r}", hint=f"known: {', '.join(_KEYS)}")
        if key in found:
            raise UsageError(f"{path}: {key!r} is given twice")
        if key in _NUMBERS:
            _check_number(path, key, value)
        found[key] = value
    if role and found.get("role") != role:
        raise UsageError(f"{path}: its front matter must say `role: {role}`")
    return found


def _check_number(path: Path, key: str, value: str) -> None:
    least, most = _NUMBERS[key]
    try:
        number = type(least)(value)
    except ValueError:
        number = None
    if number is None or not least <= number <= most:
        raise UsageError(
            f"{path}: {key} must be a number from {least:g} to {most:g}, not {value!r}"
        )


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _check_names(path: Path, names: list[str]) -> None:
    for name, times in Counter(names).items():
        if not _NAME.match(name):
            raise UsageError(f"{path}: {name!r} is no name of a variable")
        if times > 1:
            raise UsageError(f"{path} declares {name!r} twice")


def _check_marks(path: Path, parts: tuple[tuple[str, str], ...], declared: set[str]) -> None:
    """Find marks that are misspelt, undeclared, or sections that are not closed."""
    for _, text in parts:
        for _, name in _MARK.findall(text):
            if name not in declared:
                what = f"uses {{{{{name}}}}}, which its front matter does not declare"
                raise UsageError(f"{path} {what}")
        for sign, name in _MARK.findall(_SECTION.sub(r"\2", text)):
            if sign:
                raise UsageError(f"{path}: the section {{{{{sign}{name}}}}} is not matched")


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
