"""A repository's own git configuration and attributes start no program of codeopt's calls."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from codeopt.adapters.git_checkout import GitCheckout
from codeopt.adapters.git_repository import Checkout, GitRepository
from codeopt.cli import hookfile
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.errors import CodeoptError, PreconditionError
from codeopt.runs import RunStore
from tests.support.command import GIT, git, repository

FILES = {
    "pkg/mod.py": "x = 1\n",
    "pkg/other.py": "y = 1\n",
    ".gitattributes": "*.py filter=evil diff=evil merge=evil\n",
    ".gitignore": "_version.py\n",
}


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """Name the file into which every program of the repository would write its name."""
    return tmp_path / "canary"


@pytest.fixture
def root(tmp_path: Path, canary: Path) -> Path:
    """Make a repository as an archive may hold it: configured to run a program wherever git can."""
    root = repository(tmp_path / "repo", FILES)
    evil = tmp_path / "evil.sh"
    evil.write_text(f'#!/bin/sh\necho "$0 $1" >> {canary}\n')
    evil.chmod(0o755)
    _sign_head(root)
    _configure(root, evil)
    for name in ("reference-transaction", "post-index-change", "post-merge", "pre-commit"):
        hook = root / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\necho {name} >> {canary}\n")
        hook.chmod(0o755)
    os.utime(root / "pkg" / "mod.py", (1, 1))  # as unpacked: git must look at its content again
    return root


def _sign_head(root: Path) -> None:
    """Give the commit a signature, which ``log.showSignature`` has verified by ``gpg.program``."""
    text = git(root, "cat-file", "commit", "HEAD")
    head, _, message = text.partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    signed = f"{head}\n{signature}\n\n{message}"
    made = _piped(root, signed, "hash-object", "-t", "commit", "-w", "--stdin")
    git(root, "update-ref", "HEAD", made)


def _configure(root: Path, evil: Path) -> None:
    included = root / ".git" / "more"
    included.write_text(
        f'[filter "evil"]\n\tclean = {evil} clean\n\tsmudge = {evil} smudge\n\trequired = true\n'
        f'[hook "evil"]\n\tcommand = {evil} hook\n\tevent = reference-transaction\n'
        f"[core]\n\tfsmonitor = {evil} fsmonitor\n"
    )
    for name, value in {
        "include.path": "more",
        "core.sshCommand": f"{evil} ssh",
        "core.pager": f"{evil} pager",
        "core.editor": f"{evil} editor",
        "core.alternateRefsCommand": f"{evil} alternate",
        "credential.helper": f"!{evil} credential",
        "diff.external": f"{evil} external",
        "diff.evil.command": f"{evil} diff",
        "diff.evil.textconv": f"{evil} textconv",
        "merge.evil.driver": f"{evil} merge",
        "gpg.program": str(evil),
        "log.showSignature": "true",
        "merge.verifySignatures": "false",
        "commit.gpgSign": "true",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": str(root),
        "remote.origin.uploadpack": f"{evil} uploadpack",
        "protocol.allow": "always",
    }.items():
        git(root, "config", name, value)


def _use_everything(root: Path, out: Path) -> None:
    """Call whatever the adapters offer, as runs, reviews, judgements and the hook do."""
    repo = GitRepository(root / "pkg")
    head = repo.status().head
    change = FileChange("pkg/mod.py", repo.read(head, "pkg/mod.py"), b"x = 2\n")
    commit = repo.commit(head, Patch((change,)), "m")
    repo.move_branch("codeopt/r", commit, expected=None)
    repo.changes(head, commit)
    repo.export(commit, out / "commit")
    repo.export_checkout(out / "checkout")
    Checkout(repo).export("", out / "as it is")
    assert repo.tracks(root / "pkg" / "mod.py")
    assert repo.staged()
    assert repo.merge_base(head, commit) == head
    assert not repo.merging()
    assert repo.files(head)
    GitCheckout(repo).take_files([commit])
    (root / "pkg" / "mod.py").write_text("x = 1\n")
    GitCheckout(repo).take_commits([commit])
    repo.delete_branch("codeopt/r")


def test_git_runs_nothing_that_the_repository_names(
    root: Path, canary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    _use_everything(root, tmp_path)
    assert not canary.exists(), canary.read_text()
    assert (root / "pkg" / "mod.py").read_text() == "x = 2\n"


@pytest.mark.parametrize(
    ("words", "sign"),
    [
        (("status",), "clean"),
        (("status",), "fsmonitor"),
        (("log", "-1"), "--keyid"),
        (("diff", "HEAD", "--ext-diff"), "evil.sh diff"),
        (("diff", "HEAD", "--no-ext-diff", "--textconv"), "textconv"),
        (("cat-file", "-p", "1" * 40), "uploadpack"),
        (("update-ref", "refs/heads/x", "HEAD"), "reference-transaction"),
        (("checkout-index", "--force", "pkg/mod.py"), "smudge"),
        (("merge-tree", "--write-tree", "one", "two"), "evil.sh merge"),
        (("ls-remote", "ssh://localhost/nowhere"), "ssh"),
        (("--paginate", "branch"), "pager"),
        (("commit", "--allow-empty", "--no-gpg-sign", "--no-verify"), "editor"),
        (("credential", "fill"), "credential"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_plain_git_would_run_it(
    root: Path, canary: Path, words: tuple[str, ...], sign: str
) -> None:
    """The attacks are real: without codeopt's precautions git starts the programs."""
    for branch, text in (("one", "x = 2\n"), ("two", "x = 3\n")):
        tree = _piped(root, f"100644 blob {_blob(root, text)}\tmod.py\n", "mktree")
        whole = _piped(root, f"040000 tree {tree}\tpkg\n", "mktree")
        made = _piped(root, "m", "commit-tree", whole, "-p", "HEAD")
        (root / ".git" / "refs" / "heads" / branch).write_text(f"{made}\n")
    if words[0] == "checkout-index":
        (root / "pkg" / "mod.py").unlink()
    canary.unlink(missing_ok=True)
    terminal, ours = os.openpty()  # a pager is for terminals
    environment = {name: text for name, text in os.environ.items() if not name.endswith("EDITOR")}
    try:
        subprocess.run(
            ["git", *words],
            cwd=root,
            input=b"protocol=https\nhost=example.org\n\n",
            stdout=ours,
            stderr=subprocess.DEVNULL,
            env={**environment, **GIT, "TERM": "xterm"},
            timeout=20,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(terminal)
    assert sign in (canary.read_text() if canary.exists() else "")


def test_what_a_partial_clone_lacks_is_not_fetched(root: Path, canary: Path) -> None:
    repo = GitRepository(root)
    with pytest.raises((CodeoptError, ValueError)):
        repo.read("1" * 40, "pkg/mod.py")
    assert not canary.exists(), canary.read_text()


def test_a_filter_that_cannot_be_switched_off_is_refused(root: Path, canary: Path) -> None:
    git(root, "config", "filter.a=b.clean", "evil")
    with pytest.raises(PreconditionError, match="cannot be switched off"):
        GitRepository(root)
    assert not canary.exists()


def test_the_users_own_filters_stay(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "gitconfig"
    own.write_text('[filter "mine"]\n\tclean = sed s/1/2/\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(own))
    assert GitRepository(root).plumbing.config("filter.mine.clean") == "sed s/1/2/"
    assert GitRepository(root).plumbing.config("filter.evil.clean") == ""


# ------------------------------------------------------------------------- where files are
def test_files_that_are_said_to_be_elsewhere_are_refused(root: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    git(root, "config", "core.worktree", str(home))
    with pytest.raises(PreconditionError, match="another directory"):
        GitRepository(root)


def test_a_bare_repository_inside_a_clone_is_refused(root: Path, canary: Path) -> None:
    inner = root / "pkg" / "inner"
    git(root, "init", "-q", "--bare", str(inner))
    with (inner / "config").open("a") as file:
        file.write(f"[core]\n\tbare = false\n\tworktree = .\n\tfsmonitor = touch {canary}\n")
    with pytest.raises(CodeoptError):
        GitRepository(inner).status()
    assert not canary.exists()


def test_linked_worktrees_and_submodules_are_not_refused(tmp_path: Path) -> None:
    root, linked = repository(tmp_path / "plain", FILES), tmp_path / "linked"
    inner = ("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(root), "inner")
    git(repository(tmp_path / "outer", {"a.py": ""}), *inner)
    assert GitRepository(tmp_path / "outer" / "inner").root == tmp_path / "outer" / "inner"
    git(root, "worktree", "add", "-q", str(linked))
    assert GitRepository(linked).root == linked


def test_a_store_that_is_a_link_is_refused(root: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "cache").mkdir(parents=True)
    (root / ".git" / "codeopt").symlink_to(home)
    with pytest.raises(PreconditionError, match="a link"):
        RunStore(GitRepository(root).private)


@pytest.mark.parametrize("place", ["~/bin", "/etc"])
def test_a_hook_is_not_written_where_the_repository_says(root: Path, place: str) -> None:
    git(root, "config", "core.hooksPath", place)
    repo = GitRepository(root)
    with pytest.raises(PreconditionError, match="elsewhere"):
        hookfile.install(repo.hooks, repo.root, repo.private.parent)


# ------------------------------------------------------------------------- paths in commits
def _commit_of(root: Path, mode: str, path: str, content: str) -> str:
    """Make a commit with one entry that ``git add`` would not take."""
    tree = _piped(root, f"{mode} blob {_blob(root, content)}\t{path}\n", "mktree")
    return _piped(root, "m", "commit-tree", tree)


def _blob(root: Path, content: str) -> str:
    return _piped(root, content, "hash-object", "-w", "--stdin")


def _piped(root: Path, text: str, *words: str) -> str:
    done = subprocess.run(
        ["git", *words],
        cwd=root,
        input=text.encode(),
        capture_output=True,
        check=True,
        env={**os.environ, **GIT},
        timeout=20,
    )
    return done.stdout.decode().strip()


@pytest.mark.parametrize("path", ["..", ".git", ".GIT"])
def test_an_export_stays_in_its_directory(root: Path, tmp_path: Path, path: str) -> None:
    made = _commit_of(root, "100644", path, "evil")
    with pytest.raises(PreconditionError, match="not safe"):
        GitRepository(root).export(made, tmp_path / "out")


def test_links_that_lead_out_are_kept_as_links(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    made = _commit_of(root, "120000", "mod.py", str(tmp_path / "secret"))
    repo = GitRepository(root)
    repo.export(made, tmp_path / "out")
    assert (tmp_path / "out" / "mod.py").is_symlink()
    assert repo.files(made) == ()  # nobody reads what it leads to
