"""Runs have directories and locks; scratch space of a dead owner is swept."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from codeopt import runs
from codeopt.model.errors import PreconditionError, UsageError
from codeopt.model.events import Stage
from codeopt.pipeline.prepare import stage

REAL = time.gmtime


def test_create_find_and_remove(tmp_path: Path) -> None:
    store = runs.RunStore(tmp_path / "private")
    with pytest.raises(PreconditionError, match="no run"):
        store.find()
    first, second = store.create(), store.create()
    assert {first.name, second.name} == set(store.names())
    assert store.find().name == store.names()[-1]
    assert store.find(first.name[-4:]).path == first.path
    with pytest.raises(UsageError, match="more than one"):
        store.find("-")
    with pytest.raises(UsageError, match="no run matches"):
        store.find("zzz")
    store.remove(first)
    assert store.names() == (second.name,)


def test_the_latest_run_is_the_last_one_whatever_the_clock_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = runs.RunStore(tmp_path)
    (tmp_path / "runs" / "99999999-999999-odd").mkdir(parents=True)
    store.remove(store.find())
    made = []
    for day in (20, 5, 21):  # the clock is set back, then forward again
        now = time.struct_time((2026, 1, day, 23, 59, 59, 0, day, 0))
        monkeypatch.setattr(
            time, "gmtime", lambda seconds=None, now=now: (seconds and REAL(seconds)) or now
        )
        made.append(store.create().name)
        assert store.find().name == made[-1]
    assert [name[:15] for name in made] == [
        "20260120-235959", "20260121-000000", "20260121-235959",
    ]  # fmt: skip


@pytest.mark.parametrize(("free", "told"), [(1000, "is full"), (1 << 30, "the tests are red")])
def test_what_fails_on_a_full_disk_says_nothing_of_the_code(
    free: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=free))

    def work() -> None:
        raise PreconditionError("the tests are red")

    with pytest.raises(PreconditionError, match=told) as caught:
        list(stage(Stage.BASELINE, work, str))
    assert caught.value.resumable == (told == "is full")


def test_a_run_is_held_by_one(tmp_path: Path) -> None:
    store = runs.RunStore(tmp_path)
    run = store.create()
    with store.lock(run), pytest.raises(PreconditionError, match="still going on"):
        store.remove(run)
    store.remove(run)


def test_an_unwritable_place_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "private").write_text("a file, not a directory")
    with pytest.raises(PreconditionError, match="cannot write"):
        runs.RunStore(tmp_path / "private").create()


def test_scratch_whose_removal_was_interrupted_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(path: Path) -> None:
        remove(path)
        raise KeyboardInterrupt

    remove = runs.foreign.remove
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with contextlib.suppress(KeyboardInterrupt), runs.scratch() as path:
        (path / "a").write_text("a")
        (path / "b").write_text("b")
        monkeypatch.setattr(runs.foreign, "remove", interrupted)
    monkeypatch.setattr(runs.foreign, "remove", remove)
    assert path.exists()
    assert runs.sweep() == 1
    assert not path.exists()


def test_scratch_of_a_killed_owner_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    code = (
        "import os, signal\nfrom codeopt import runs\n"
        "with runs.scratch() as path:\n"
        "    (path / 'tree').mkdir()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code], env=dict(os.environ), check=False)
    (orphan,) = tmp_path.glob("codeopt-scratch-*")
    with runs.scratch() as mine:
        assert not orphan.exists()
        assert runs.sweep() == 0
        assert mine.is_dir()
    assert not mine.exists()


def test_what_was_left_long_ago_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in ("codeopt-probe-old", "codeopt-profile-new", "codeopt-of-somebody-else"):
        (tmp_path / name).mkdir()
    for name in ("codeopt-probe-old", "codeopt-of-somebody-else"):
        os.utime(tmp_path / name, (1, 1))
    runs.sweep()
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["codeopt-of-somebody-else", "codeopt-profile-new"]
