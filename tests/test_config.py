"""Settings come from flags, the environment, pyproject.toml and defaults, in this order."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from codeopt import config
from codeopt.model.errors import UsageError


def pyproject(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "pyproject.toml"
    path.write_text(text)
    return path


def test_order_of_the_sources(tmp_path: Path) -> None:
    path = pyproject(tmp_path, "[tool.codeopt]\nmin-speedup = 1.2\nsamples = 3\ntop = 4\n")
    environ = {"CODEOPT_SAMPLES": "5", "CODEOPT_TOP": "6", "HOME": "/"}
    loaded = config.load({"top": 7, "model": None}, environ, path)
    assert loaded.settings.measure.min_speedup == 1.2
    assert loaded.settings.model.samples == 5
    assert loaded.settings.profile.top == 7
    assert [loaded.origin(n) for n in ("min_speedup", "samples", "top", "model")] == [
        "pyproject.toml",
        "environment",
        "flag",
        "default",
    ]


def test_no_file_is_no_error(tmp_path: Path) -> None:
    assert config.load({}, {}, tmp_path / "none.toml").settings == config.Settings()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[tool.codeopt]\nmin-spedup = 1\n", "unknown setting 'min-spedup'", "min-speedup"),
        ("[tool.codeopt]\nsamples = 'x'\n", "samples .pyproject.toml. must be a whole number", ""),
        ("[tool.codeopt]\nmax-targets = -1\n", "max-targets .* must be a whole number from 0", ""),
        ("[tool.codeopt]\nrtol = nan\n", "rtol .* must be a number from 0 on, not nan", ""),
        ("[tool.codeopt]\nstrict = 3\n", "strict .* must be true or false", ""),
        ("[tool.codeopt]\ntest = 3\n", "test .* must be text", ""),
        ("[tool.codeopt]\nallow = [1]\n", "allow .* must be a list of texts", ""),
        ("[tool.codeopt]\nallow-network = true\n", "may not set allow-network", "--allow-network"),
        ("[tool.codeopt]\napi-base = 'http://evil'\n", "may not set api-base", "CODEOPT_API_BASE"),
        ("[tool\n", "cannot be read", ""),
        ("tool = 3\n", "cannot be read", ""),
        ("[tool]\ncodeopt = 3\n", "not a table", ""),
    ],
)
def test_bad_files_get_one_clear_line(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        config.load({}, {}, pyproject(tmp_path, text))
    assert hint in caught.value.hint


def test_an_unknown_variable_is_an_error() -> None:
    with pytest.raises(UsageError, match="CODEOPT_MODLE") as caught:
        config.load({}, {"CODEOPT_MODLE": "x"})
    assert "model" in caught.value.hint


def test_text_is_converted() -> None:
    environ = {"CODEOPT_STRICT": "yes", "CODEOPT_ALLOW": "a, b", "CODEOPT_MEMORY_LIMIT": "2G"}
    settings = config.load({}, environ).settings
    assert settings.judge.strict is True
    assert settings.judge.allow == ("a", "b")
    assert settings.sandbox.memory_limit == 2 << 30


def test_names_are_unique_and_the_template_is_valid() -> None:
    names = [each.name for each in config.describe()]
    assert len(names) == len(set(names))
    uncommented = "\n".join(
        line[2:] if " = " in line and line.startswith("# ") else line
        for line in config.template().splitlines()
    )
    table = tomllib.loads(uncommented)["tool"]["codeopt"]
    assert set(table) == {each.dashed for each in config.describe() if not each.personal}
