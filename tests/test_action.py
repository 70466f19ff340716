"""The composite action: it parses, its inputs are options that exist, and its step runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.command import environment, git, repository

ROOT = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
INSTALL, JUDGE, UPLOAD = ACTION["runs"]["steps"]


def test_every_input_is_used_and_every_use_is_an_input() -> None:
    text = (ROOT / "action.yml").read_text()
    used = set(re.findall(r"inputs\.([\w-]+)", text))
    assert used == set(ACTION["inputs"])
    for step in (INSTALL, JUDGE):
        assert "${{" not in step["run"]  # what people write must not become part of a script
        named = set(re.findall(r"\$\{?(CI_\w+)", step["run"]))
        assert named == set(step["env"])
        assert not [name for name in step["env"] if name.startswith("CODEOPT_")]
    assert "'true'" in UPLOAD["if"]
    assert "@" in UPLOAD["uses"]


@pytest.fixture
def job(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """Make a pull request's checkout, and the environment that its job would have."""
    upstream = repository(tmp_path / "upstream", {"mod.py": "def f():\n    return 1\n"})
    git(upstream, "checkout", "-qb", "feature")
    (upstream / "mod.py").write_text("def f():\n    return 1\n\n\ndef g():\n    return 2\n")
    git(upstream, "commit", "-qam", "Add g")
    git(tmp_path, "clone", "-q", "-b", "feature", str(upstream), "checkout")
    temp = tmp_path / "temp dir"
    (temp / "codeopt" / "bin").mkdir(parents=True)
    command = temp / "codeopt" / "bin" / "codeopt"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m codeopt "$@"\n')
    command.chmod(0o755)
    inputs = {
        f"CI_{k.upper().replace('-', '_')}": v["default"] for k, v in ACTION["inputs"].items()
    }
    own = {
        "CI_TEMP": str(temp),
        "GITHUB_ACTIONS": "true",
        "GITHUB_BASE_REF": "main",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "PYTHONPATH": str(ROOT),
    }
    return tmp_path / "checkout", {**environment(tmp_path), **inputs, **own}


def run(root: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the step as GitHub does."""
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", JUDGE["run"]]
    return subprocess.run(
        words, cwd=root, env=environ, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_step_writes_its_outputs(job: tuple[Path, dict[str, str]]) -> None:
    root, environ = job
    more = {"CI_SUGGEST": "true", "CI_ARGUMENTS": "--strict --quiet", "CI_TEST": "pytest -q"}
    done = run(root, {**environ, **more})
    assert done.returncode == 0, done.stderr
    assert "no existing function was changed" in done.stdout
    lines = Path(environ["GITHUB_OUTPUT"]).read_text().splitlines()
    output = dict(line.split("=", 1) for line in lines)
    assert output["written"] == "true"
    assert json.loads(Path(output["json"]).read_text())["failed"] is False
    assert json.loads(Path(output["sarif"]).read_text())["version"] == "2.1.0"
    assert Path(environ["GITHUB_STEP_SUMMARY"]).read_text().startswith("## ✓ codeopt")


def test_the_step_ends_with_the_code_of_the_command(job: tuple[Path, dict[str, str]]) -> None:
    root, environ = job
    git(root, "update-ref", "-d", "refs/remotes/origin/main")
    done = run(root, environ)
    assert done.returncode == 4
    assert "origin/main is not in this clone" in done.stderr
    assert "fetch-depth: 0" in done.stderr
    assert "written" not in Path(environ["GITHUB_OUTPUT"]).read_text()
    assert list((Path(environ["CI_TEMP"]) / "codeopt-ci").iterdir()) == []


@pytest.mark.parametrize("name", ["docs/ci.md", "docs/hook.md"])
def test_the_jobs_in_the_pages_parse(name: str) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / name).read_text(), re.DOTALL)
    assert blocks
    for block in blocks:
        assert yaml.safe_load(block)
