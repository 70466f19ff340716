"""Bad input ends in one clear line with the next step, the right code and a clean repository."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.project import MODULE, ONE, QUICK, entries, powers
from tests.support import endpoint as acts
from tests.support.command import INI, Done, codeopt, environment, git, picture, repository
from tests.support.endpoint import Endpoint

SLOW = """
def squares(values):
    out = []
    for value in values:
        out = out + [value * value]
    return out
"""
GREEN = "from mod import squares\n\n\ndef test_squares():\n    assert squares(range(300))[2] == 4\n"


def is_clear(done: Done, code: int, *words: str) -> None:
    assert done.code == code, done.err
    last = [line for line in done.err.splitlines() if line.startswith("codeopt: ")]
    assert len(last) == 1, done.err
    for word in words:
        assert word in done.err, done.err
    assert "Traceback" not in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    ("files", "words", "code", "expected"),
    [
        pytest.param({"mod.py": SLOW}, [], 4, ["tests", "--test"], id="no tests"),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN.replace("== 4", "== 5")},
            [],
            4,
            ["red before any change", "test_squares"],
            id="red",
        ),
        pytest.param(
            {"mod.py": "import nowhere_to_be_found\n" + SLOW, "test_mod.py": GREEN},
            [],
            4,
            ["nowhere_to_be_found"],
            id="import error",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": "import time\ndef test_x():\n    time.sleep(99)\n"},
            ["--test-timeout", "3"],
            4,
            ["did not end within 3 s", "--test-timeout"],
            id="hangs",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN},
            ["mod.py::sqares"],
            2,
            ["did you mean", "squares"],
            id="misspelt function",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN},
            ["mood.py"],
            2,
            ["mod.py"],
            id="misspelt file",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN},
            ["--python", "/nowhere/python"],
            4,
            ["/nowhere/python"],
            id="no interpreter",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN},
            ["--strategy", "magic"],
            2,
            ["magic", "catalogue"],
            id="unknown strategy",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN},
            ["--strategy", "best-of-n"],
            4,
            ["needs a model", "--model"],
            id="no model",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN, "pyproject.toml": "[tool.codeopt]\nmdel = 1\n"},
            [],
            2,
            ["unknown setting 'mdel'", "did you mean 'model'"],
            id="unknown setting",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN},
            ["--sandbox", "none"],
            4,
            ["--unsafe-no-sandbox"],
            id="no sandbox",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN},
            ["--model", "replay:"],
            2,
            ["replay:DIR"],
            id="replay of nothing",
        ),
    ],
)
def test_bad_input(
    tmp_path: Path, files: dict[str, str], words: list[str], code: int, expected: list[str]
) -> None:
    root = repository(tmp_path / "repo", {"pytest.ini": INI, **files})
    before = picture(root)
    is_clear(codeopt("run", "-q", "-C", str(root), *words, home=tmp_path), code, *expected)
    assert picture(root) == before


def test_no_repository(tmp_path: Path) -> None:
    done = codeopt("run", "-C", str(tmp_path), home=tmp_path)
    is_clear(done, 4, "not inside a git repository", "git init")


def test_nothing_to_resume(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"mod.py": SLOW})
    is_clear(codeopt("run", "-C", str(root), "--resume", home=tmp_path), 4, "no run")
    is_clear(codeopt("report", "-C", str(root), home=tmp_path), 4, "no run")


def test_an_unknown_option_is_a_usage_error(tmp_path: Path) -> None:
    done = codeopt("run", "--mdel", "x", home=tmp_path)
    assert done.code == 2
    assert "--model" in done.err


def test_an_unknown_variable_is_a_usage_error(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"mod.py": SLOW, "test_mod.py": GREEN})
    done = codeopt("run", "-C", str(root), home=tmp_path, CODEOPT_SAMPELS="3")
    is_clear(done, 2, "CODEOPT_SAMPELS", "samples")


# ---------------------------------------------------------------------------- models
ASKING = (ONE, "--strategy", "best-of-n", "--samples", "2", "--retries", "1", *QUICK)


REFUSING = (
    (acts.error(401, "Incorrect API key provided"), ["key", "OPENAI_API_KEY"]),
    (acts.error(429, "Rate limit reached"), ["stayed rate limited", "--call-timeout"]),
)
USELESS = [acts.text(""), acts.text("Use a set."), acts.error(400), acts.text("")]


def go_on(root: Path, home: Path, url: str, *words: str) -> Done:
    return codeopt("run", "-q", "-C", str(root), "--resume", "--api-base", url, *words, home=home)


def test_models_that_cannot_be_used_and_one_whose_answers_are_of_no_use(tmp_path: Path) -> None:
    """One run is stopped by a model after the other, goes on, and ends with rejections."""
    root = powers(tmp_path / "repo")
    before = picture(root)

    def has_stopped(done: Done, *expected: str) -> None:
        is_clear(done, 4, *expected, "go on with: codeopt run --resume")
        assert picture(root) == before
        assert git(root, "branch", "--list", "codeopt/*") == ""

    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
        model = ("--model", "openai/scripted", "--api-base", url)
        done = codeopt("run", "-q", "-C", str(root), *ASKING, *model, home=tmp_path)
    has_stopped(done, "cannot be reached", "--api-base")
    for act, expected in REFUSING:
        with Endpoint([act]) as endpoint:
            has_stopped(go_on(root, tmp_path, endpoint.url), *expected)
        assert endpoint.asks
    with Endpoint(USELESS) as endpoint:
        done = go_on(root, tmp_path, endpoint.url, "--json")
    assert done.code == 0, done.err
    document = done.document
    assert document["kept"] == []
    codes = [each["reason"]["code"] for each in document["rejected"]]
    assert len(codes) == 2
    assert set(codes) <= {"empty-answer", "unparsable", "model-failed"}
    assert document["cost"]["calls"] == len(endpoint.asks)
    assert picture(root) == before


STEPS = """

def steps(number):
    count = 0
    while number != 1:
        number = number // 2 if number % 2 == 0 else 3 * number + 1
        count += 1
    return count
"""
USE = """from powers import squares, steps


def test_squares():
    for k in range(24):
        assert squares(list(range(k, 500 + k)))[2] == (k + 2) ** 2


def test_steps():
    assert [steps(number) for number in range(1, 300)][26] == 111
"""


def test_a_model_that_gives_out_loses_nothing_and_can_be_mended(tmp_path: Path) -> None:
    """What the catalogue found before the key was refused stays; the run goes on elsewhere."""
    files = {"powers.py": MODULE + STEPS, "test_powers.py": USE, "pytest.ini": INI}
    words = (ONE, "powers.py::steps", "--samples", "1", *QUICK)
    for number in range(3):  # a machine that is too noisy for a claim keeps nothing
        root = repository(tmp_path / f"repo-{number}", files)
        before = picture(root)
        with Endpoint([acts.error(401)]) as refusing:
            model = ("--model", "openai/scripted", "--api-base", refusing.url)
            done = codeopt("run", "-q", "-C", str(root), *words, *model, home=tmp_path)
        if "1 patch is on" in done.err:
            break
    is_clear(done, 4, "OPENAI_API_KEY", "1 patch is on codeopt/", "codeopt run --resume")
    commit = git(root, "log", "--format=%H", "-1", "--branches=codeopt/*").strip()
    assert "append" in git(root, "show", commit)
    report = codeopt("report", "-C", str(root), home=tmp_path)
    assert "1 kept, " in report.out
    assert "(not finished)" in report.out
    with Endpoint([acts.text("I have no idea.")]) as answering:
        mended = ("--resume", "--api-base", answering.url, "--json")
        done = codeopt("run", "-C", str(root), *mended, home=tmp_path)
    assert done.code == 0, done.err
    assert [each["commit"] for each in done.document["kept"]] == [commit]
    assert answering.asks
    assert picture(root) == before


# ---------------------------------------------------------------------------- disks
def mounted(script: str, root: Path, home: Path, *words: str) -> Done:
    """Run codeopt where a shell script has mounted something (root only)."""
    command = shlex.join([sys.executable, "-m", "codeopt", "run", "-C", str(root), *words])
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-ec", f"{script}\nexec {command}"],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def can_mount() -> bool:
    if os.getuid() or not shutil.which("unshare"):
        return False
    probe = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


needs_mounts = pytest.mark.skipif(not can_mount(), reason="mounts file systems: needs root")


@needs_mounts
@pytest.mark.parametrize("size", ["4k", "64k", "200k"])
def test_a_full_disk_below_the_journal(size: str, tmp_path: Path) -> None:
    root = powers(tmp_path / "repo")
    before = picture(root)
    (root / ".git" / "codeopt").mkdir()
    private = shlex.quote(str(root / ".git" / "codeopt"))
    script = f"mount -t tmpfs -o size={size} none {private}"
    done = mounted(script, root, tmp_path, "-q", ONE, *QUICK)
    if done.code == 0:
        assert size == "200k"
        return
    is_clear(done, 4, "free some space")
    assert picture(root) == before


@needs_mounts
def test_a_full_disk_below_the_trees(tmp_path: Path) -> None:
    root = powers(tmp_path / "repo")
    (root / "data.bin").write_bytes(os.urandom(300_000))
    git(root, "add", "-A")
    git(root, "commit", "-qm", "two")
    before = picture(root)
    full = tmp_path / "full"
    full.mkdir()
    name = shlex.quote(str(full))
    script = f"mount -t tmpfs -o size=200k none {name}\nexport TMPDIR={name}"
    is_clear(mounted(script, root, tmp_path, "-q", ONE), 4, "No space left", "TMPDIR")
    assert picture(root) == before


@needs_mounts
def test_a_repository_that_is_read_only(tmp_path: Path) -> None:
    root = powers(tmp_path / "repo")
    before = picture(root)
    name = shlex.quote(str(root / ".git"))
    script = f"mount --bind {name} {name}\nmount -o remount,ro,bind {name}"
    done = mounted(script, root, tmp_path, "-q", ONE)
    is_clear(done, 4, "cannot write to", "Read-only")
    assert picture(root) == before
    assert entries(root, "meta") == {}


def test_a_run_in_which_nothing_could_be_recorded_says_what_to_do(tmp_path: Path) -> None:
    module = (
        "def total(values):\n    out = 0\n    for value in values:\n        out += value * value\n"
    )
    module += "    return out\n"
    tests = "from mod import total\n\n\ndef test_total():\n"
    tests += "    assert total(x for x in range(200_000)) > 0\n"
    root = repository(tmp_path / "r", {"mod.py": module, "test_mod.py": tests, "pytest.ini": INI})
    done = codeopt("run", "-C", str(root), *QUICK, home=tmp_path)
    assert done.code == 0, done.err
    assert "no call of mod.py::total was recorded: generator" in done.err
    told = " ".join(done.err.split())
    assert "none is kept; name other functions" in told
    assert "--allow tests-only" in told
