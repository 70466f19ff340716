"""Run a few lines with the harness loaded, in any interpreter that is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

HARNESS = Path(__file__).parents[2] / "codeopt" / "harness"
_PREAMBLE = """
import importlib, importlib.util, sys
spec = importlib.util.spec_from_file_location(
    "_codeopt_harness", {init!r}, submodule_search_locations=[{home!r}])
package = importlib.util.module_from_spec(spec)
sys.modules["_codeopt_harness"] = package
spec.loader.exec_module(package)
"""


def interpreters() -> list[str]:
    """List this interpreter and the others that are installed.

    Where ``TARGET_TEST_PYTHON`` names one, it is that alone.
    """
    if "TARGET_TEST_PYTHON" in os.environ:
        return [os.environ["TARGET_TEST_PYTHON"]]
    found = [sys.executable]
    for minor in range(9, 15):
        if minor != sys.version_info[1]:
            paths = [shutil.which(f"python3.{minor}"), *_pyenv(f"3.{minor}")]
            found += [path for path in paths if path and _works(path)][:1]
    return found


def _pyenv(version: str) -> list[str]:
    roots = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    return [str(path) for path in roots]


def _works(path: str) -> bool:
    return subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0


def run(code: str, python: str = sys.executable, cwd: Path | None = None) -> str:
    """Run code after the harness is loaded; return what it prints."""
    text = _PREAMBLE.format(init=str(HARNESS / "__init__.py"), home=str(HARNESS))
    done = subprocess.run(
        [python, "-W", "error", "-c", text + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


every_python = pytest.mark.parametrize(
    "python", interpreters(), ids=lambda path: Path(path).resolve().name + "-" + path[-12:]
)
