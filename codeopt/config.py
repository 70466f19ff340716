"""Frozen settings, one slice for each part that needs them.

Every field is a setting: ``[tool.codeopt]`` spells it with dashes, the environment as
``CODEOPT_<NAME>``, the command line as ``--<name>``. Names are unique over all slices. Keys of
model providers are not settings: they come from the environment of litellm only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def setting(default: Any, text: str) -> Any:
    """Declare a setting with its help text."""
    return field(default=default, metadata={"help": text})


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
    top: int = setting(10, "How many functions are shown and considered.")


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """How real calls are recorded."""

    max_calls: int = setting(200, "Most calls recorded for a target.")
    max_record_bytes: int = setting(32 << 20, "Most bytes recorded for a target.")


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model is asked, and what it may cost."""

    model: str = setting(
        "", "litellm model, replay:DIR, handoff:DIR or local:FILE (default: none)."
    )
    api_base: str = setting("", "Base URL of an OpenAI-compatible endpoint.")
    temperature: float = setting(0.8, "Sampling temperature.")
    samples: int = setting(4, "Model samples for each target.")
    reply_tokens: int = setting(4096, "Most tokens in one answer.")
    call_timeout: float = setting(120.0, "Deadline of one model call with its retries, in seconds.")
    retries: int = setting(4, "Retries of a failed model call.")
    max_cost: float = setting(1.0, "Hard cap on the cost of a run, in US dollars.")
    max_tokens: int = setting(200_000, "Hard cap on the tokens of a run.")


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """How "the same" is decided."""

    rtol: float = setting(0.0, "Relative tolerance for floats (0: equal to the bit).")
    strict: bool = setting(False, "Treat edge differences as failures.")
    allow: tuple[str, ...] = setting((), "Effects to allow: unbounded-cache.")
    seed: int = setting(0, "Seed of everything that is random.")


@dataclass(frozen=True, slots=True)
class MeasureSettings:
    """How "faster" is decided."""

    min_speedup: float = setting(1.05, "Least speed-up that is kept.")
    alpha: float = setting(0.01, "Chance that a run keeps anything that is not faster.")
    measure_seconds: float = setting(20.0, "Most seconds spent on measuring one candidate.")
    max_memory_growth: float = setting(0.10, "Most growth of peak memory (0.10: 10 %).")


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Where untrusted code runs."""

    sandbox: str = setting("auto", "Backend: auto, bubblewrap, landlock or none.")
    unsafe_no_sandbox: bool = setting(False, "Run without a sandbox when none is available.")
    allow_network: bool = setting(False, "Let the project's code use the network.")
    memory_limit: int = setting(4 << 30, "Most bytes of memory for one sandboxed process tree.")


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a run works on and how far it goes."""

    strategy: tuple[str, ...] = setting(("auto",), "Strategies: auto, catalogue, best-of-n.")
    max_targets: int = setting(10, "Most targets of a run.")
    max_seconds: float = setting(3600.0, "Most wall-clock seconds of a run.")
    jobs: int = setting(0, "Workers for verification (0: the number of cores).")


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
