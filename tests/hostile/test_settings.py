"""Settings that a repository brings along weaken nothing and cost nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from codeopt import codec, config
from codeopt.cli import resuming
from codeopt.model.errors import UsageError
from codeopt.runs import RunDirectory
from tests.support import values


@pytest.mark.parametrize(
    "line",
    [
        "unsafe-no-sandbox = true",
        'sandbox = "none"',
        "allow-network = true",
        'api-base = "http://evil"',
        'memory = "user"',
        "max-cost = 100",
        "max-tokens = 100000000",
        'model = "huggingface/https://evil.example.org"',
        'model = "handoff:/home/user/.config/autostart"',
        'model = "handoff:../../elsewhere"',
        'model = ["openai/x", "local:/dev/zero"]',
    ],
)
def test_a_repository_may_not_set(tmp_path: Path, line: str) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(f"[tool.codeopt]\n{line}\n")
    with pytest.raises(UsageError, match="a repository may not"):
        config.load({}, {}, file)


@pytest.mark.parametrize(
    "line",
    ["max-cost = 0.5", "max-tokens = 1000", 'model = "openai/x"', 'model = "replay:answers"'],
)
def test_a_repository_may_set(tmp_path: Path, line: str) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(f"[tool.codeopt]\n{line}\n")
    config.load({}, {}, file)


def test_a_control_character_in_a_setting_is_not_printed(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text('[tool.codeopt]\n"\\u001b[2J" = 1\n')
    with pytest.raises(UsageError) as caught:
        config.load({}, {}, file)
    assert "\x1b" not in caught.value.message


RISKY = config.Settings(
    sandbox=config.SandboxSettings(unsafe_no_sandbox=True),
    model=config.ModelSettings(api_base="http://evil"),
)


def test_a_run_that_came_with_the_repository_gives_no_orders(tmp_path: Path) -> None:
    """Whoever plants a journal cannot have it resumed without a sandbox, or with another server."""
    planted = RunDirectory(tmp_path / "planted")
    planted.path.mkdir()
    meta, keys = values.meta(settings=codec.encode(RISKY)), tmp_path / "keys"
    assert not resuming._is_own(planted, meta, keys)
    for changes in ({"sandbox": RISKY.sandbox}, {"model": RISKY.model}):
        stored = codec.encode(replace(config.Settings(), **changes))
        with pytest.raises(UsageError, match="not one of yours"):
            resuming._changed(values.meta(settings=stored), {}, own=False)
    # what is harmless, or what the user says himself, is taken
    resuming._changed(values.meta(settings=codec.encode(config.Settings())), {}, own=False)
    only = codec.encode(config.Settings(model=RISKY.model))
    resuming._changed(values.meta(settings=only), {"api_base": "http://mine"}, own=False)


def test_a_run_of_ones_own_goes_on_as_it_was(tmp_path: Path) -> None:
    mine = RunDirectory(tmp_path / "mine")
    mine.path.mkdir()
    meta, keys = values.meta(settings=codec.encode(RISKY)), tmp_path / "keys"
    resuming.mark(mine, meta, keys)
    assert resuming._is_own(mine, meta, keys)
    assert resuming._changed(meta, {}, own=True) == RISKY
    other = replace(meta, settings=codec.encode(config.Settings()))
    assert not resuming._is_own(mine, other, keys)
    assert not resuming._is_own(mine, meta, tmp_path / "of somebody else")
