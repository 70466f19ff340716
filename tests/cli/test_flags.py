"""Every setting is an option of the command line, and its value gets to the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codeopt import config
from codeopt.cli import app, resuming, wiring
from codeopt.model.errors import PreconditionError, UsageError
from tests.support import values

TEXTS = {bool: "", int: "7", float: "0.5", str: "text", tuple[str, ...]: "one"}


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what ``codeopt run`` hands to the wiring."""
    caught: dict[str, Any] = {}

    def open_run(path: Path, targets: tuple[str, ...], flags: dict[str, Any], **more: Any) -> None:
        caught.update(more, path=path, targets=targets, flags=flags)
        raise PreconditionError("far enough")

    monkeypatch.setattr(wiring, "open_run", open_run)
    return caught


@pytest.mark.parametrize("setting", list(config.describe()), ids=lambda each: each.dashed)
def test_a_flag_gets_to_its_setting(setting: config.Described, given: dict[str, Any]) -> None:
    text = TEXTS[setting.kind]
    assert app.invoke(["run", f"--{setting.dashed}", *([text] if text else [])]) == 4
    flags = {name: value for name, value in given["flags"].items() if value is not None}
    assert list(flags) == [setting.name]
    loaded = config.load(given["flags"], {})
    value = getattr(getattr(loaded.settings, setting.slice), setting.name)
    expected = {bool: True, int: 7, float: 0.5, str: "text", tuple[str, ...]: ("one",)}
    assert value == expected[setting.kind]
    assert loaded.origin(setting.name) == "flag"


def test_what_is_not_given_is_left_to_other_sources(given: dict[str, Any]) -> None:
    assert app.invoke(["run"]) == 4
    assert set(given["flags"].values()) == {None}
    assert given["targets"] == ()


def test_short_names_lists_sizes_and_targets(given: dict[str, Any]) -> None:
    words = "run -m any -s catalogue -s best-of-n -j 3 --memory-limit 2G a.py b.py::f --resume"
    assert app.invoke(words.split()) == 4
    loaded = config.load(given["flags"], {}).settings
    assert loaded.model.models == ("any",)
    assert loaded.run.strategy == ("catalogue", "best-of-n")
    assert loaded.run.jobs == 3
    assert loaded.sandbox.memory_limit == 2 << 30
    assert given["targets"] == ("a.py", "b.py::f")
    assert given["resume"] is True


def test_several_models_from_every_source(given: dict[str, Any], tmp_path: Path) -> None:
    assert app.invoke(["run", "-m", "small", "-m", "big"]) == 4
    assert config.load(given["flags"], {}).settings.model.models == ("small", "big")
    file = tmp_path / "pyproject.toml"
    for value in ('["small", "big"]', '"small, big"'):
        file.write_text(f"[tool.codeopt]\nmodel = {value}\n")
        assert config.load({}, {}, file).settings.model.models == ("small", "big")
    assert config.load({}, {"CODEOPT_MODEL": "small,big"}).settings.model.models[1] == "big"


def test_prompts_are_shown_only_when_asked_for(given: dict[str, Any]) -> None:
    app.invoke(["run", "-v"])
    assert given["echo"] is None
    app.invoke(["run", "-vv"])
    assert given["echo"] is not None


def test_what_may_change_when_a_run_goes_on() -> None:
    from codeopt import codec

    meta = values.meta(settings=codec.encode(config.Settings()))
    flags = {"retries": 9, "model": None, "max_cost": "2.5"}
    changed = resuming._changed(meta, flags, own=True)
    assert (changed.model.retries, changed.model.max_cost) == (9, 2.5)
    with pytest.raises(UsageError, match="--min-speedup cannot change") as caught:
        resuming._changed(meta, {"min_speedup": 1.2, "retries": 3}, own=True)
    assert "--max-cost" in caught.value.hint
    with pytest.raises(PreconditionError, match="another version"):
        resuming._changed(values.meta(settings="{}}"), {}, own=True)
