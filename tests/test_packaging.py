"""What is in the wheel, and that it works from there."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel without an isolated environment (that would need a network); unpack it."""
    directory = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    (wheel,) = directory.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(directory / "site")
    return directory / "site"


def test_every_prompt_is_in_the_wheel_as_it_is_in_the_repository(installed: Path) -> None:
    names = sorted(path.name for path in (ROOT / "prompts").glob("*.md"))
    assert {"repair.md", "rewrite.md"} <= set(names)
    for name in names:
        packed = installed / "codeopt" / "prompts" / name
        assert packed.read_bytes() == (ROOT / "prompts" / name).read_bytes()


def test_the_wheel_finds_its_own_prompts(installed: Path) -> None:
    (installed / "prompts").mkdir(exist_ok=True)
    (installed / "prompts" / "rewrite.md").write_text("somebody else's")
    code = (
        "from codeopt.propose.prompts import Prompts; import codeopt;"
        "print(codeopt.__file__); print(Prompts().load('rewrite').path)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=installed,
        env={"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split() == [
        str(installed / "codeopt" / "__init__.py"),
        str(installed / "codeopt" / "prompts" / "rewrite.md"),
    ], done.stderr


def test_type_hints_and_harness_are_shipped(installed: Path) -> None:
    assert (installed / "codeopt" / "py.typed").is_file()
    assert (installed / "codeopt" / "harness" / "__main__.py").is_file()
    assert not list(installed.glob("tests*"))
