"""Frozen settings, one slice for each part that needs them.

Every field is a setting: ``[tool.codeopt]`` spells it with dashes, the environment as
``CODEOPT_<NAME>``, the command line as ``--<name>``. Names are unique over all slices. Keys of
model providers are not settings: they come from the environment of litellm only.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path, PurePath
from typing import Any, get_type_hints

from codeopt.model.errors import UsageError

_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
_CAPS = frozenset({"max_cost", "max_tokens"})
_SIZES = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def setting(default: Any, text: str, *, personal: bool = False, several: bool = False) -> Any:
    """Declare a setting with its help text.

    A ``personal`` one cannot be set by a repository, which may be hostile: it would weaken the
    sandbox or send a key elsewhere. One with ``several`` may be given more than once: the texts are
    joined by commas.
    """
    return field(default=default, metadata={"help": text, "personal": personal, "several": several})


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """How the target project is run."""

    python: str = setting("", "Interpreter of the target project (default: found).")
    test: str = setting("", "Command that runs the tests (default: pytest).")
    bench: str = setting("", "Command or script that is the workload (default: found).")
    test_timeout: float = setting(600.0, "Seconds after which a run of the tests has hung.")
    exclude: tuple[str, ...] = setting((), "Paths (globs) in which nothing is optimised.")


@dataclass(frozen=True, slots=True)
class ProfileSettings:
    """How hot functions are found."""

    min_share: float = setting(0.01, "Least share of the workload a target must have.")
    profile_seconds: float = setting(20.0, "Most seconds spent on repeating a short workload.")
    top: int = setting(10, "How many functions a profile shows.")


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """How real calls are recorded."""

    max_calls: int = setting(200, "Most calls recorded for a target.")
    max_record_bytes: int = setting(32 << 20, "Most bytes recorded for a target.")


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model is asked, and what it may cost."""

    model: str = setting(
        "",
        "litellm model, replay:DIR, handoff:DIR or local:FILE (default: none). Of several, from "
        "cheap to dear, the next is asked where the one before gained nothing.",
        several=True,
    )
    api_base: str = setting("", "Base URL of an OpenAI-compatible endpoint.", personal=True)
    temperature: float = setting(0.8, "Sampling temperature.")
    samples: int = setting(4, "Model samples for each target.")
    in_flight: int = setting(
        1, "Samples of best-of-n asked for at once; they do not learn of each other."
    )
    reply_tokens: int = setting(4096, "Most tokens in one answer.")
    call_timeout: float = setting(120.0, "Deadline of one model call with its retries, in seconds.")
    retries: int = setting(4, "Retries of a failed model call.")
    handoff_timeout: float = setting(3600.0, "Seconds to wait for an answer in handoff:DIR.")
    prompts: str = setting("", "Directory of the repository with prompts that replace codeopt's.")
    context_tokens: int = setting(2_000, "Most tokens of surrounding code in a prompt.")
    max_cost: float = setting(1.0, "Hard cap on the cost of a run, in US dollars.")
    max_tokens: int = setting(200_000, "Hard cap on the tokens of a run.")

    @property
    def models(self) -> tuple[str, ...]:
        """Return the models from cheap to dear."""
        return tuple(name.strip() for name in self.model.split(",") if name.strip())


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """How "the same" is decided."""

    rtol: float = setting(0.0, "Relative tolerance for floats (0: equal to the bit).")
    strict: bool = setting(False, "Treat edge differences as failures.")
    allow: tuple[str, ...] = setting(
        (), "What to allow: unbounded-cache, failing-tests, tests-only."
    )
    seed: int = setting(0, "Seed of everything that is random.")


@dataclass(frozen=True, slots=True)
class MeasureSettings:
    """How "faster" is decided."""

    min_speedup: float = setting(1.05, "Least speed-up that is kept.")
    alpha: float = setting(0.01, "Chance that a run keeps anything that is not faster.")
    measure_seconds: float = setting(
        0.0,
        "Most seconds spent on measuring one candidate (0: 20, up to 60 where less than 5 % is "
        "asked for).",
    )
    workload_seconds: float = setting(60.0, "Most seconds spent on timing the whole workload.")
    max_memory_growth: float = setting(0.10, "Most growth of peak memory (0.10: 10 %).")
    witness: str = setting("", "Second witness beside time: instructions (needs valgrind).")

    @property
    def seconds(self) -> float:
        """Return the seconds allowed for one candidate: what is small takes longer to be seen."""
        asked = max(self.min_speedup - 1, 1e-3)
        return self.measure_seconds or min(max(1 / asked, 20.0), 60.0)


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Where untrusted code runs."""

    sandbox: str = setting("auto", "Backend: auto, bubblewrap, landlock or none.", personal=True)
    unsafe_no_sandbox: bool = setting(
        False, "Run without a sandbox when none is available.", personal=True
    )
    allow_network: bool = setting(False, "Let the project's code use the network.", personal=True)
    memory_limit: int = setting(4 << 30, "Most bytes of memory for one sandboxed process tree.")


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a run works on and how far it goes."""

    strategy: tuple[str, ...] = setting(
        ("auto",), "Strategies: auto, catalogue, best-of-n, refine, critique, trace, decompose."
    )
    without: tuple[str, ...] = setting(
        (),
        "Parts to leave out, to see what they are worth: bandit, consensus, context, "
        "disagreement, divide, lines, memory, simplify, tuning.",
    )
    memory: str = setting(
        "repository",
        "What to remember from run to run: none, repository, user (for all repositories).",
        personal=True,
    )
    max_targets: int = setting(10, "Most targets of a run.")
    max_seconds: float = setting(3600.0, "Most wall-clock seconds of a run.")
    jobs: int = setting(0, "Workers for verification (0: the number of cores).")
    executor: str = setting("local", "Where work is done: local or dask.", personal=True)
    scheduler: str = setting(
        "", "Address of the Dask scheduler, such as tcp://HOST:8786.", personal=True
    )
    setup: str = setting(
        "", "Command that prepares the project on a worker, once, in its clone.", personal=True
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """All slices; a stage gets its own, never this."""

    project: ProjectSettings = field(default_factory=ProjectSettings)
    profile: ProfileSettings = field(default_factory=ProfileSettings)
    record: RecordSettings = field(default_factory=RecordSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    judge: JudgeSettings = field(default_factory=JudgeSettings)
    measure: MeasureSettings = field(default_factory=MeasureSettings)
    sandbox: SandboxSettings = field(default_factory=SandboxSettings)
    run: RunSettings = field(default_factory=RunSettings)


@dataclass(frozen=True, slots=True)
class Described:
    """Describe one setting: which slice holds it, its type, default and help text."""

    name: str
    slice: str
    kind: type
    default: Any
    text: str
    personal: bool
    several: bool

    @property
    def dashed(self) -> str:
        """Return the name as pyproject.toml and the command line spell it."""
        return self.name.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Loaded:
    """Hold the settings with the origin of each value: default, pyproject.toml, env, flag."""

    settings: Settings
    origins: tuple[tuple[str, str], ...]

    def origin(self, name: str) -> str:
        """Return where the value of a setting came from."""
        return dict(self.origins)[name]


def describe() -> Iterator[Described]:
    """List every setting, slice by slice."""
    for part in fields(Settings):
        slice_type = part.default_factory
        hints = get_type_hints(slice_type)
        for each in fields(slice_type):  # type: ignore[arg-type]
            yield _described(each, part.name, hints[each.name])


def load(
    flags: Mapping[str, Any], environ: Mapping[str, str], pyproject: Path | None = None
) -> Loaded:
    """Merge the sources: flags > CODEOPT_* > [tool.codeopt] > defaults.

    ``flags`` holds values by setting name, None meaning not given. Raises UsageError for an unknown
    key or a value that does not fit.
    """
    known = {each.name: each for each in describe()}
    file = _read_file(pyproject, known) if pyproject else {}
    env = _read_environment(environ, known)
    values: dict[str, dict[str, Any]] = {}
    origins = []
    for name, each in known.items():
        value, origin = each.default, "default"
        for source, found in (("pyproject.toml", file), ("environment", env), ("flag", flags)):
            if found.get(name) is not None:
                value, origin = _convert(each, found[name], source), source
        values.setdefault(each.slice, {})[name] = value
        origins.append((name, origin))
    settings = Settings()
    slices = {part: replace(getattr(settings, part), **values[part]) for part in values}
    return Loaded(replace(settings, **slices), tuple(origins))


def change(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """Return settings with some values replaced; raise UsageError for one that does not fit."""
    known = {each.name: each for each in describe()}
    for name, value in values.items():
        each = known[name]
        part = replace(getattr(settings, each.slice), **{name: _convert(each, value, "flag")})
        settings = replace(settings, **{each.slice: part})
    return settings


def template() -> str:
    """Return a commented ``[tool.codeopt]`` table: what a repository may set, at its default."""
    lines = ["[tool.codeopt]"]
    for each in describe():
        if not each.personal:
            lines += [f"# {each.text}", f"# {each.dashed} = {_toml(each.default)}"]
    return "\n".join(lines) + "\n"


def _described(each: Field[Any], part: str, kind: type) -> Described:
    return Described(each.name, part, kind, each.default, *each.metadata.values())


def _read_file(path: Path, known: Mapping[str, Described]) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text("utf-8")).get("tool", {}).get("codeopt", {})
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    if not isinstance(table, dict):
        raise UsageError(f"{path}: [tool.codeopt] is not a table")
    by_dashes = {each.dashed: each.name for each in known.values()}
    for key in table:
        if key not in by_dashes:
            raise UsageError(f"{path}: unknown setting {key!r}", hint=_closest(key, by_dashes))
        if known[by_dashes[key]].personal:
            hint = f"use --{key} or CODEOPT_{by_dashes[key].upper()}"
            raise UsageError(f"{path}: a repository may not set {key}", hint=hint)
        _check_modest(path, known[by_dashes[key]], table[key])
    return {by_dashes[key]: value for key, value in table.items()}


def _check_modest(path: Path, each: Described, value: Any) -> None:
    """Refuse what would cost a user more than the default, or send keys and prompts elsewhere."""
    hint = f"use --{each.dashed} or CODEOPT_{each.name.upper()}"
    if each.name in _CAPS and _convert(each, value, "pyproject.toml") > each.default:
        text = f"a repository may not raise {each.dashed} above {each.default}"
        raise UsageError(f"{path}: {text}", hint=hint)
    names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    for name in map(str, names) if each.name == "model" else ():
        place = PurePath(name.partition(":")[2])
        if "://" in name or place.is_absolute() or {"..", "~"} & set(place.parts):
            raise UsageError(f"{path}: a repository may not set the model {name!r}", hint=hint)


def _read_environment(environ: Mapping[str, str], known: Mapping[str, Described]) -> dict[str, Any]:
    prefix = "CODEOPT_"
    found = {k[len(prefix) :].lower(): v for k, v in environ.items() if k.startswith(prefix)}
    for name in found:
        if name not in known:
            hint = _closest(name, known)
            raise UsageError(
                f"unknown setting {prefix}{name.upper()} in the environment", hint=hint
            )
    return found


def _closest(key: str, names: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(key, names, 1)
    return f"did you mean {close[0]!r}?" if close else "codeopt config lists all settings"


def _convert(each: Described, value: Any, source: str) -> Any:
    """Bring a value to the type of its setting; text comes from flags and the environment."""
    try:
        if each.several and isinstance(value, list | tuple):
            value = ",".join(_converted(tuple, value))
        found = _converted(each.kind, value)
        if each.kind in (int, float) and not found >= 0:  # NaN is not, either
            raise ValueError
        return found
    except (TypeError, ValueError) as error:
        numbers = {int: "a whole number from 0 on", float: "a number from 0 on"}
        wanted = {bool: "true or false", **numbers}
        text = wanted.get(each.kind, "text" if each.kind is str else "a list of texts")
        raise UsageError(f"{each.dashed} ({source}) must be {text}, not {value!r}") from error


def _converted(kind: type, value: Any) -> Any:
    if kind is bool:
        return _boolean(value)
    if kind is int and isinstance(value, str) and value[-1:].lower() in _SIZES:
        return int(value[:-1]) * _SIZES[value[-1].lower()]
    if kind in (int, float):
        if isinstance(value, bool) or (kind is int and isinstance(value, float)):
            raise TypeError
        return kind(value)
    if kind is str:
        if not isinstance(value, str):
            raise TypeError
        return value
    parts = value.split(",") if isinstance(value, str) else value
    if not all(isinstance(part, str) for part in parts):
        raise TypeError
    return tuple(part.strip() for part in parts if part.strip())


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() not in _TRUE | _FALSE:
        raise ValueError
    return str(value).lower() in _TRUE


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{part}"' for part in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
