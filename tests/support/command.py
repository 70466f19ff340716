"""Drive the installed command on real repositories."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}
# plugins that happen to be installed beside pytest would cost each of its many starts half a second
INI = """[pytest]
addopts = -p no:hypothesispytest -p no:benchmark -p no:pytest_cov -p no:anyio -p no:xdist
    -p no:cacheprovider
"""


def outside() -> dict[str, str]:
    """Return the environment without what this run of pytest tells other runs of it."""
    return {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}


@dataclass(frozen=True)
class Done:
    """Hold how a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Return the JSON document on stdout, which must be all there is."""
        return json.loads(self.out)


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment without anything of the person who runs the tests."""
    kept = {
        k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "TMPDIR", "COVERAGE_RCFILE")
    }
    # a runtime directory of its own: measurements of other tests on this machine do not wait for it
    own = {"HOME": home, "XDG_CACHE_HOME": home / ".cache", "XDG_RUNTIME_DIR": home}
    return {**kept, **GIT, **{name: str(path) for name, path in own.items()}, **more}


def codeopt(*words: str, home: Path, timeout: float = 300, **more: str) -> Done:
    """Run codeopt to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "codeopt", *words],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def git(root: Path, *words: str) -> str:
    """Run git; return what it prints."""
    done = subprocess.run(
        ["git", *words], cwd=root, env={**os.environ, **GIT}, capture_output=True, check=True
    )
    return done.stdout.decode()


def repository(root: Path, files: dict[str, str]) -> Path:
    """Make a repository with one commit of some files."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one", "--allow-empty")
    return root


def picture(root: Path) -> dict[str, str]:
    """Take down everything of a repository that codeopt must leave alone."""
    return {
        "head": git(root, "rev-parse", "HEAD"),
        "branch": git(root, "branch", "--show-current"),
        "status": git(root, "--no-optional-locks", "status", "--porcelain", "--ignored"),
        "stash": git(root, "stash", "list"),
        "index": (root / ".git" / "index").read_bytes().hex(),
        "worktrees": git(root, "worktree", "list"),
        "branches": "\n".join(
            line for line in git(root, "branch", "--list").splitlines() if "codeopt/" not in line
        ),
        "files": "\n".join(
            f"{path.relative_to(root)} {path.stat().st_size}"
            for path in sorted(_walked(root))
            if path.is_file()
        ),
    }


def _walked(root: Path) -> Iterator[Path]:
    """Yield what lies outside of .git, in which a run that is under way writes and removes."""
    for directory, folders, files in os.walk(root):
        folders[:] = [each for each in folders if each != ".git"]
        yield from (Path(directory) / each for each in files if each != ".git")
