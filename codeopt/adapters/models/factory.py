"""Choose the adapter that the settings name."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from codeopt.adapters.models.budget import BudgetedModel
from codeopt.adapters.models.cached import CachedModel
from codeopt.adapters.models.handoff_model import HandoffModel
from codeopt.adapters.models.litellm_model import LitellmModel
from codeopt.adapters.models.local_model import LocalModel
from codeopt.adapters.models.records import load_all
from codeopt.adapters.models.replay_model import ReplayModel
from codeopt.config import ModelSettings
from codeopt.model.errors import PreconditionError, UsageError
from codeopt.model.evidence import Spend
from codeopt.ports import LanguageModel


def open_model(
    settings: ModelSettings,
    cache_dir: Path,
    *,
    record: Path | None = None,
    spent: Spend | None = None,
) -> LanguageModel | None:
    """Open the model of the settings, or None when they name none.

    ``record`` keeps the answers of this run in a directory of its own, for ``replay:DIR``;
    ``spent`` is what the journal says that the run has spent before (a resumed one goes on under
    the same cap; what is recorded counts, too, if the run was killed before it was journalled).
    """
    name = settings.model.strip()
    if not name:
        return None
    spent = max(spent or Spend(), _recorded(record), key=lambda each: each.tokens)
    kind, _, rest = name.partition(":")
    if kind in _KINDS and not rest:
        raise UsageError(f"--model {name} names no {_KINDS[kind]}", hint=f"{kind}:{_KINDS[kind]}")
    if kind == "replay":
        return _budgeted(ReplayModel(Path(rest)), settings, spent)
    return CachedModel(_live(kind, rest, settings, spent), cache_dir, record=record)


def _recorded(record: Path | None) -> Spend:
    found = load_all(record) if record else ()
    return sum((each.reply.spend for each in found), Spend())


_KINDS = {"replay": "DIR", "handoff": "DIR", "local": "FILE"}


def _live(kind: str, rest: str, settings: ModelSettings, spent: Spend) -> LanguageModel:
    if kind == "handoff":
        return HandoffModel(Path(rest), timeout=settings.handoff_timeout)
    if kind == "local":
        model = LocalModel(Path(rest), timeout=settings.call_timeout)
        return _budgeted(model, settings, spent)
    if importlib.util.find_spec("litellm") is None:  # said now, not after all the preparations
        raise PreconditionError(
            "asking a model needs litellm, which is not installed",
            hint="pip install 'codeopt[model]'",
        )
    remote = LitellmModel(settings)
    return BudgetedModel(
        remote,
        max_cost=settings.max_cost,
        max_tokens=settings.max_tokens,
        price=remote.price,
        spent=spent,
    )


def _budgeted(model: LanguageModel, settings: ModelSettings, spent: Spend) -> BudgetedModel:
    return BudgetedModel(
        model, max_cost=settings.max_cost, max_tokens=settings.max_tokens, spent=spent
    )
