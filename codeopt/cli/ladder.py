"""Put the strategies together that a run was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from codeopt.config import Settings
from codeopt.memory import Memory
from codeopt.model.errors import PreconditionError, UsageError
from codeopt.ports import LanguageModel, Strategy
from codeopt.propose.prompts import Prompts, roles
from codeopt.propose.strategies.auto import Auto
from codeopt.propose.strategies.best_of_n import Ask, BestOfN
from codeopt.propose.strategies.catalogue import CatalogueStrategy
from codeopt.propose.strategies.critique import Critique
from codeopt.propose.strategies.decompose import Decompose
from codeopt.propose.strategies.refine import Refine
from codeopt.propose.strategies.trace import TraceStrategy

LADDER = (
    "catalogue",
    "best-of-n",
    "refine",
    "critique",
    "trace",
    "decompose",
)  # from cheap to dear
PARTS = (
    "bandit",
    "consensus",
    "context",
    "disagreement",
    "divide",
    "lines",
    "memory",
    "simplify",
    "tuning",
)
_INSIGHT = frozenset(
    {"auto", "refine", "critique", "trace"}
)  # tell a model where its attempt is slow


def strategy(
    settings: Settings, models: Sequence[LanguageModel], root: Path, *, ask: Ask
) -> Callable[[], Strategy]:
    """Return what makes the strategy of each target; raise UsageError for an unknown name.

    ``ask`` maps over what models are asked at once.
    """
    names = _names(settings, has_models=bool(models))
    prompts = Prompts.of(root, settings.model.prompts)
    makers = [_asking(model, settings, prompts, ask) for model in models]
    takes_turns = "auto" in settings.run.strategy and not leaves_out(settings, "bandit")
    least, budget = settings.measure.min_speedup, settings.model.max_tokens if takes_turns else 0

    def make() -> Strategy:
        free = [CatalogueStrategy()] if "catalogue" in names else []
        asking = [[each[name]() for name in names if name in each] for each in makers]
        return Auto([free, *asking], min_speedup=least, budget=budget)

    return make


def looks_inside(settings: Settings, models: Sequence[LanguageModel]) -> bool:
    """Tell whether a strategy wants to know where its attempts are slow."""
    asked = not _INSIGHT.isdisjoint(settings.run.strategy)
    return bool(models) and asked and not leaves_out(settings, "lines")


def follows(settings: Settings, models: Sequence[LanguageModel]) -> bool:
    """Tell whether a strategy wants to see what recorded calls do on the way."""
    return bool(models) and not {"auto", "trace"}.isdisjoint(settings.run.strategy)


def memory(settings: Settings, repository: Path, user: Path) -> Memory | None:
    """Open what is remembered from run to run, as far as the user wants it.

    ``repository`` and ``user`` are the directories that codeopt has for either.
    """
    kind = settings.run.memory
    if kind not in ("none", "repository", "user"):
        raise UsageError(f"memory cannot be {kind!r}", hint="choose none, repository or user")
    if kind == "none" or leaves_out(settings, "memory"):
        return None
    return Memory(repository / "memory", user / "memory" if kind == "user" else None)


def leaves_out(settings: Settings, part: str) -> bool:
    """Tell whether a run goes without a part; raise UsageError for an unknown one."""
    for name in settings.run.without:
        if name not in PARTS:
            raise UsageError(f"there is no part {name!r}", hint=f"parts: {', '.join(PARTS)}")
    return part in settings.run.without


def _names(settings: Settings, *, has_models: bool) -> list[str]:
    asked = settings.run.strategy
    wanted = [n for name in asked for n in (LADDER if name == "auto" else (name,))]
    for name in wanted:
        if name not in LADDER:
            hint = f"choose from auto, {', '.join(LADDER)}"
            raise UsageError(f"there is no strategy called {name!r}", hint=hint)
        if name != "catalogue" and not has_models and "auto" not in asked:
            hint = "name one: --model openai/gpt-5-mini, local:FILE.gguf, handoff:DIR"
            raise PreconditionError(f"the strategy {name} needs a model", hint=hint)
    return list(dict.fromkeys(wanted))


def _asking(
    model: LanguageModel, settings: Settings, prompts: Prompts, at_once: Ask
) -> dict[str, Callable[[], Strategy]]:
    """Return what makes the strategies that ask a model; a malformed prompt is told now."""
    for role in roles():
        prompts.load(role)
    rules: dict[str, Any] = {
        "min_speedup": settings.measure.min_speedup,
        "unbounded_caches": "unbounded-cache" in settings.judge.allow,
    }
    small = "rewrite-small" if model.name.startswith("local:") else "rewrite"
    seed, ask, without = settings.judge.seed, settings.model, settings.run.without
    return {
        "best-of-n": lambda: BestOfN(model, ask, prompts, role=small, seed=seed, **rules).at_once(
            at_once
        ),
        "refine": lambda: Refine(model, ask, prompts, **rules),
        "critique": lambda: Critique(model, ask, prompts, **rules),
        "trace": lambda: TraceStrategy(model, ask, prompts, **rules).without(without),
        "decompose": lambda: Decompose(model, ask, prompts, seed=seed, **rules).without(without),
    }
