"""A worker gets a commit as a bundle, and prepares it once."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeopt.adapters.git_clone import clone
from codeopt.adapters.git_repository import GitRepository
from codeopt.adapters.preparing import prepare
from codeopt.model.errors import PreconditionError, UsageError
from tests.support.command import git, picture, repository


@pytest.fixture
def bundled(tmp_path: Path) -> tuple[Path, str]:
    root = repository(tmp_path / "répo one", {"a/mod.py": "x = 1\n", "odd name.txt": "y"})
    git(root, "commit", "-qm", "two", "--allow-empty")
    before = picture(root)
    objects = git(root, "count-objects", "-v")
    file = tmp_path / "bundle"
    source = GitRepository(root)
    snapshot = source.bundle(source.resolve("HEAD"), file)
    assert picture(root) == before
    assert git(root, "count-objects", "-v") == objects, "nothing is added to the repository"
    return file, snapshot


def test_a_bundle_holds_the_files_and_no_history(bundled: tuple[Path, str], tmp_path: Path) -> None:
    file, snapshot = bundled
    found = prepare(file, tmp_path / "clone", "")
    assert found.resolve("HEAD") == snapshot
    assert found.files(snapshot) == ("a/mod.py", "odd name.txt")
    assert git(found.root, "rev-list", "--count", "HEAD").strip() == "1"


def test_the_command_runs_once_and_again_only_when_it_failed(
    bundled: tuple[Path, str], tmp_path: Path
) -> None:
    file, _ = bundled
    place, command = (
        tmp_path / "clone",
        "sh -c 'echo x >> made; test -e allowed || (echo no >&2; exit 1)'",
    )
    with pytest.raises(PreconditionError, match="cannot prepare the project: no"):
        prepare(file, place, command)
    (place / "allowed").touch()
    for _ in range(3):
        prepare(file, place, command)
    assert (place / "made").read_text() == "x\nx\n"


def test_what_cannot_be_cloned_leaves_nothing(tmp_path: Path) -> None:
    place = tmp_path / "clones" / "x"
    with pytest.raises(PreconditionError, match="cannot be cloned"):
        clone(str(tmp_path / "nowhere.bundle"), place)
    with pytest.raises(PreconditionError, match="not allowed"):
        clone("ext::sh -c touch% /tmp/x", place)
    with pytest.raises(UsageError):
        clone("--upload-pack=touch", place)
    assert list(place.parent.iterdir()) == []
