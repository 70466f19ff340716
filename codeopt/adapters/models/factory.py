"""Choose the adapter that the settings name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from codeopt.adapters.models.account import Account
from codeopt.adapters.models.budget import BudgetedModel, Purse
from codeopt.adapters.models.cached import CachedModel
from codeopt.adapters.models.handoff_model import HandoffModel
from codeopt.adapters.models.litellm_model import LitellmModel
from codeopt.adapters.models.local_model import LocalModel
from codeopt.adapters.models.records import load_all
from codeopt.adapters.models.replay_model import ReplayModel
from codeopt.config import ModelSettings
from codeopt.model.errors import UsageError
from codeopt.model.evidence import Spend
from codeopt.ports import LanguageModel


def open_models(
    settings: ModelSettings,
    cache_dir: Path,
    *,
    record: Path | None = None,
    spent: Spend | None = None,
) -> tuple[LanguageModel, ...]:
    """Open the models of the settings, from cheap to dear; all draw on one purse.

    ``record`` keeps the answers of this run in a directory of its own, for ``replay:DIR``;
    ``spent`` is what the journal says that the run has spent before (a resumed one goes on under
    the same cap; what is recorded counts, too, if the run was killed before it was journalled, and
    so do the calls that were in flight then).
    """
    account = Account(record / "account") if record is not None else None
    known = [spent or Spend(), _recorded(record), account.spent if account else Spend()]
    purse = Purse(
        max_cost=settings.max_cost,
        max_tokens=settings.max_tokens,
        spent=max(known, key=lambda each: each.tokens),
        account=account,
    )
    chosen = [replace(settings, model=name) for name in dict.fromkeys(settings.models)]
    return tuple(_open(each, purse, cache_dir, record) for each in chosen)


def _open(
    settings: ModelSettings, purse: Purse, cache_dir: Path, record: Path | None
) -> LanguageModel:
    kind, _, rest = settings.model.partition(":")
    if kind in _KINDS and not rest:
        name, wanted = settings.model, _KINDS[kind]
        raise UsageError(f"--model {name} names no {wanted}", hint=f"{kind}:{wanted}")
    if kind == "replay":
        return BudgetedModel(ReplayModel(Path(rest)), purse)
    return CachedModel(_live(kind, rest, settings, purse), cache_dir, record=record)


def _recorded(record: Path | None) -> Spend:
    found = load_all(record) if record else ()
    return sum((each.reply.spend for each in found), Spend())


_KINDS = {"replay": "DIR", "handoff": "DIR", "local": "FILE"}


def _live(kind: str, rest: str, settings: ModelSettings, purse: Purse) -> LanguageModel:
    if kind == "handoff":
        return HandoffModel(Path(rest), timeout=settings.handoff_timeout)
    if kind == "local":
        return BudgetedModel(LocalModel(Path(rest), timeout=settings.call_timeout), purse)
    model = LitellmModel(settings, purse=purse)
    model.require_provider()  # said now, not after all the preparations
    return model
