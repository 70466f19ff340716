"""Each prefix opens its adapter."""

from dataclasses import replace
from pathlib import Path

import pytest

from codeopt.adapters.models.factory import open_models
from codeopt.config import ModelSettings
from codeopt.model.errors import PreconditionError, UsageError
from codeopt.model.evidence import Spend
from codeopt.model.reasons import Code
from codeopt.ports import Message, Request
from tests.support.endpoint import Endpoint, text


@pytest.mark.parametrize("name", ["", "  "])
def test_no_model_is_none(name: str, tmp_path: Path) -> None:
    assert open_models(ModelSettings(model=name), tmp_path) == ()


def test_several_models_draw_on_one_purse(tmp_path: Path) -> None:
    ask = Request((Message("user", "hello"),), "m", max_tokens=10)
    with Endpoint([text("hi", usage=(45, 45))] * 2) as endpoint:
        names = "openai/small, openai/big, openai/small"
        settings = ModelSettings(model=names, api_base=endpoint.url, max_tokens=100)
        small, big = open_models(settings, tmp_path / "cache")
        assert (small.name, big.name) == ("openai/small", "openai/big")
        assert small.complete(replace(ask, model=small.name)).text == "hi"
        assert big.complete(replace(ask, model=big.name)).code is Code.BUDGET


@pytest.mark.parametrize("name", ["replay:", "handoff:", "local:"])
def test_a_prefix_without_a_path_is_a_wrong_setting(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="names no"):
        open_models(ModelSettings(model=name), tmp_path)


def test_paths_that_are_not_there(tmp_path: Path) -> None:
    for kind in ("replay", "local"):
        with pytest.raises(PreconditionError, match="there is no"):
            open_models(ModelSettings(model=f"{kind}:{tmp_path}/none"), tmp_path)


def test_a_run_is_recorded_and_replayed_with_its_budget(tmp_path: Path) -> None:
    request = Request((Message("user", "hello"),), "some:model", max_tokens=10)
    with Endpoint([text("hi", usage=(5, 5))]) as endpoint:
        settings = ModelSettings(model="some:model", api_base=endpoint.url, max_tokens=100)
        (live,) = open_models(settings, tmp_path / "cache", record=tmp_path / "run")
        first = live.complete(request)
    recorded = ModelSettings(model=f"replay:{tmp_path / 'run'}")
    (replay,) = open_models(recorded, tmp_path / "unused")
    again = replay.complete(request)
    assert (replay.name, again.text, again.spend) == ("some:model", "hi", first.spend)
    spent = Spend(prompt_tokens=99)
    (fresh,) = open_models(settings, tmp_path / "cache", spent=spent)
    assert fresh.complete(request).cached
    other = Request((Message("user", "other"),), "some:model", max_tokens=10)
    assert fresh.complete(other).code is Code.BUDGET
