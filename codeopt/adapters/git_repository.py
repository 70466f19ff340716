"""Read a git repository and add commits to it by plumbing, without touching the user's checkout.

Files are written to directories of codeopt's own and commits are built from a private index, so
there is no worktree registration, hook, filter or lock that a kill could leave behind. Blobs are
taken raw: what is tested is byte for byte what is committed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path, PurePosixPath

import git
from gitdb import IStream

from codeopt.adapters import git_lfs
from codeopt.adapters.git_guard import check_worktree, harden
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.errors import MovedError, PreconditionError, UsageError
from codeopt.ports import Status

_GENERATED = frozenset({".py", ".pyi", ".so", ".pyd", ".json", ".txt", ".toml", ".dat"})
_GENERATED_BYTES = 64 << 20
_NOBODY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (
        ("NAME", "codeopt"),
        ("EMAIL", "codeopt@localhost"),
        ("DATE", "2000-01-01T00:00:00Z"),
    )
}
_PLAIN, _LINK, _SUBMODULE, _EXECUTABLE = "100644", "120000", "160000", "100755"
_FILTER, _NO = ("clean=", "process=", "required=false"), frozenset({"unspecified", "unset"})
_BATCH = 500  # paths on one command line


class GitRepository:
    """Implement the Repository port for git; ``start`` is any path inside the repository."""

    def __init__(self, start: Path) -> None:
        self._repo = _open(start)
        self._git = self._repo.git
        self.root = Path(str(self._repo.working_tree_dir))
        harden(self._git)
        check_worktree(self._git, self.root, Path(self._repo.git_dir))
        self.plumbing = self._git
        self.private = Path(self._repo.common_dir).resolve() / "codeopt"

    def status(self) -> Status:
        """Describe the checkout without refreshing its index, and without running its filters.

        What a filter makes of a file is not known then: such files do not count as dirty.
        """
        drivers = self._filters()
        off = [f"filter.{name}.{key}" for name in drivers for key in _FILTER]
        command = self._git(c=off) if off else self._git
        # a status of what is inside a submodule would heed the submodule's own configuration
        words = ("--untracked-files=no", "--no-renames", "--ignore-submodules=dirty")
        raw = command.status("--porcelain", "-z", *words)
        dirty = tuple(entry[3:] for entry in raw.split("\0") if len(entry) > 3)
        dirty = self._unfiltered(dirty) if drivers else dirty
        branch = "" if self._repo.head.is_detached else self._repo.active_branch.name
        return Status(self.root, self.resolve("HEAD"), branch, dirty)

    def resolve(self, revision: str) -> str:
        """Return the id of the commit that a revision names."""
        words = ("--verify", "--quiet", "--end-of-options")
        try:
            return str(self._git.rev_parse(*words, f"{revision}^{{commit}}"))
        except git.GitCommandError as error:
            if revision == "HEAD":
                raise PreconditionError(
                    f"the repository {self.root} has no commit yet", hint="commit your code first"
                ) from error
            raise UsageError(f"there is no commit called {revision!r}") from error

    def merge_base(self, one: str, other: str) -> str:
        """Return the best common ancestor of two revisions."""
        try:
            return str(self._git.merge_base(self.resolve(one), self.resolve(other)))
        except git.GitCommandError as error:
            raise UsageError(f"{one} and {other} have no common ancestor") from error

    @property
    def is_shallow(self) -> bool:
        """Tell whether older commits were left out of this clone."""
        return str(self._git.rev_parse("--is-shallow-repository")) == "true"

    def files(self, commit: str) -> tuple[str, ...]:
        """List the paths of the regular files in a commit."""
        return tuple(e.path for e in self._entries(commit) if e.mode.startswith("100"))

    def read(self, commit: str, path: str) -> bytes:
        """Return the bytes of a file in a commit."""
        try:
            return bytes(self._repo.commit(commit).tree.join(path).data_stream.read())
        except KeyError as error:
            raise UsageError(f"{path} is not in commit {commit[:12]}") from error

    def changes(self, base: str, head: str) -> tuple[FileChange, ...]:
        """Return the files that differ between two commits; a missing side is empty."""
        words = ("-r", "-z", "--no-renames", "--no-ext-diff", "--no-textconv")
        raw = self._git.diff_tree(*words, base, head)
        fields = iter(raw.split("\0"))
        pairs = [(meta.split(), path) for meta, path in zip(fields, fields, strict=False)]
        return tuple(
            FileChange(path, self._content(meta[0][1:], meta[2]), self._content(meta[1], meta[3]))
            for meta, path in pairs
        )

    def staged(self) -> str:
        """Return the tree that the index holds, as a commit of it would have it."""
        own = os.environ.get("GIT_INDEX_FILE") or self._git.rev_parse("--git-path", "index")
        with self._index() as env:  # a copy: git would note the tree in the index itself
            if (self.root / own).exists():
                shutil.copyfile(self.root / own, env["GIT_INDEX_FILE"])
            try:
                return str(self._git.write_tree(env=env))
            except git.GitCommandError as error:
                hint = "resolve them first"
                raise PreconditionError("the index has conflicts", hint=hint) from error

    def merging(self) -> tuple[str, ...]:
        """Return the commits that are being merged into the current one."""
        try:
            file = Path(str(self._git.rev_parse("--git-path", "MERGE_HEAD")))
            return tuple((self.root / file).read_text("ascii").split())
        except OSError:
            return ()

    @property
    def hooks(self) -> Path:
        """Return the directory of the repository's hooks, as git itself would find it."""
        default = str(Path(self._repo.common_dir) / "hooks")
        with self._repo.config_reader() as reader:
            configured = str(reader.get_value("core", "hooksPath", default=default))
        return (self.root / Path(configured).expanduser()).resolve()

    def export(self, commit: str, destination: Path) -> None:
        """Write a commit's files, and the ignored files its packages need, into a directory.

        Ignored files are those of the checkout, whatever the commit: there are no others.
        """
        destination.mkdir(parents=True)
        for entry in self._entries(commit):
            self._write(entry, destination)
        self._copy_generated(destination)

    def tracks(self, path: Path) -> bool:
        """Tell whether a file of the checkout is one that git knows."""
        real = path.resolve()
        return real.is_relative_to(self.root) and bool(self._git.ls_files("-z", "--", str(real)))

    def export_checkout(self, destination: Path) -> None:
        """Write the checkout as it is, but for ignored files that no package needs."""
        destination.mkdir(parents=True)
        raw = self._git.ls_files("-c", "-o", "--exclude-standard", "-z", "--full-name", ":/")
        for name in dict.fromkeys(filter(None, raw.split("\0"))):
            source, target = self.root / name, destination / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir() and not source.is_symlink():  # a submodule
                ignore = shutil.ignore_patterns(".git")
                shutil.copytree(source, target, symlinks=True, ignore=ignore, dirs_exist_ok=True)
            elif source.is_symlink() or source.is_file():
                shutil.copy2(source, target, follow_symlinks=False)
        self._copy_generated(destination)

    def commit(self, parent: str, patch: Patch, message: str) -> str:
        """Create a commit on top of ``parent`` from a private index; no branch moves."""
        modes = {entry.path: entry.mode for entry in self._entries(parent)}
        with self._index() as env:
            self._git.read_tree(parent, env=env)
            for change in patch.files:
                known = change.path in modes
                if (self.read(parent, change.path) if known else b"") != change.before:
                    raise UsageError(f"{change.path} is not what the patch was made for")
                blob = self._store(change.after)
                cache = f"{modes.get(change.path, _PLAIN)},{blob},{change.path}"
                self._git.update_index("--add", "--cacheinfo", cache, env=env)
            tree = self._git.write_tree(env=env)
        return self.snapshot(tree, parent, message)

    def snapshot(self, tree: str, parent: str, message: str) -> str:
        """Create a commit of a tree on top of ``parent``; no branch moves. Return its id."""
        with tempfile.TemporaryFile() as stream:
            stream.write(message.encode())
            stream.seek(0)
            env = self.identity()
            return str(self._git.commit_tree(tree, "-p", parent, istream=stream, env=env))

    def bundle(self, commit: str, file: Path) -> str:
        """Write the files of a commit into a bundle; the repository gets no object and no ref."""
        with tempfile.TemporaryDirectory(prefix="codeopt-index-") as directory:
            apart = git.Git(directory)
            apart.init("--quiet", "--bare", directory)
            objects = str(Path(self._repo.common_dir).resolve() / "objects")
            env = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": objects, **_NOBODY}
            tree = f"{commit}^{{tree}}"
            snapshot = str(apart.commit_tree(tree, "-m", "snapshot", env=env))
            apart.update_ref("refs/heads/main", snapshot, env=env)
            apart.symbolic_ref("HEAD", "refs/heads/main")
            apart.bundle("create", "--quiet", str(file), "HEAD", "main", env=env)
            return snapshot

    def branch(self, name: str) -> str | None:
        """Return the commit of a branch, None when there is no such branch."""
        return self.branches(name).get(name)

    def move_branch(self, name: str, commit: str, *, expected: str | None) -> None:
        """Create (``expected=None``) or move a branch, atomically."""
        old = expected if expected is not None else "0" * 40
        try:
            self._git.update_ref("-m", "codeopt run", f"refs/heads/{name}", commit, old)
        except git.GitCommandError as error:
            raise MovedError(
                f"the branch {name} was changed by someone else",
                hint=f"the new commit is {commit[:12]}; rename or delete that branch",
            ) from error

    def delete_branch(self, name: str) -> None:
        """Delete a branch, merged or not."""
        self._git.update_ref("-d", f"refs/heads/{name}")

    def branches(self, prefix: str) -> dict[str, str]:
        """Map the names of the branches under a prefix to their commits."""
        form = "%(refname:short) %(objectname)"
        raw = self._git.for_each_ref(f"--format={form}", f"refs/heads/{prefix}")
        rows = (line.split(" ") for line in raw.splitlines())
        return {name: commit for name, commit in rows}

    # ------------------------------------------------------------------ parts
    def _filters(self) -> tuple[str, ...]:
        """Name the filter drivers that are configured (Git LFS is one)."""
        words = ("--name-only", "-z", "--get-regexp", r"^filter\.")
        raw = self._git.config(*words, with_exceptions=False)
        return tuple({key[7:].rpartition(".")[0]: None for key in raw.split("\0") if key})

    def _unfiltered(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        """Leave out the paths that a filter applies to."""
        plain: list[str] = []
        for start in range(0, len(paths), _BATCH):
            raw = self._git.check_attr("-z", "filter", "--", *paths[start : start + _BATCH])
            fields = raw.split("\0")
            pairs = zip(fields[::3], fields[2::3], strict=False)
            plain += [path for path, value in pairs if value in _NO]
        return tuple(plain)

    def _entries(self, commit: str) -> list[_Entry]:
        raw = self._git.ls_tree("-r", "-z", "--full-tree", commit)
        rows = (row.split("\t", 1) for row in raw.split("\0") if row)
        return [_Entry(path, *meta.split()[::2]) for meta, path in rows]

    def _blob(self, sha: str) -> bytes:
        if set(sha) == {"0"}:
            return b""
        return bytes(self._repo.odb.stream(bytes.fromhex(sha)).read())

    def _content(self, mode: str, sha: str) -> bytes:
        """Return what a path holds; of a submodule or a link a line that is no code."""
        if mode == _SUBMODULE:
            return f"Subproject commit {sha}\n".encode()
        data = self._blob(sha)
        return b"symbolic link to " + data if mode == _LINK else data

    def _store(self, data: bytes) -> str:
        stream = self._repo.odb.store(IStream(b"blob", len(data), BytesIO(data)))
        return bytes(stream.binsha).hex()

    def _write(self, entry: _Entry, destination: Path) -> None:
        parts = PurePosixPath(entry.path).parts
        if ".." in parts or ".git" in (part.lower() for part in parts):
            raise PreconditionError(f"the repository holds a path that is not safe: {entry.path!r}")
        path = destination.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.parent.resolve().is_relative_to(destination.resolve()):
            raise PreconditionError(f"the repository's path {entry.path!r} leaves it by a link")
        if entry.mode == _SUBMODULE:
            source = self.root.joinpath(*parts)
            if source.is_dir():
                ignore = shutil.ignore_patterns(".git")
                shutil.copytree(source, path, symlinks=True, ignore=ignore, dirs_exist_ok=True)
            return
        data = self._blob(entry.sha)
        if entry.mode == _LINK:
            path.symlink_to(os.fsdecode(data))
            return
        if (large := git_lfs.stored(data, self.private.parent)) is not None:
            shutil.copyfile(large, path)
        else:
            path.write_bytes(data)
        if entry.mode == _EXECUTABLE:
            path.chmod(0o755)

    def _copy_generated(self, destination: Path) -> None:
        """Copy ignored files that lie beside tracked ones: ``_version.py``, compiled extensions.

        Whatever commit it is: git knows no older state of them, and without them the packages of
        an older commit could not be imported.
        """
        raw = self._git.ls_files("-o", "-i", "--exclude-standard", "--directory", "-z")
        for name in raw.split("\0"):
            source, target = self.root / name, destination / name
            wanted = name and not name.endswith("/") and Path(name).suffix in _GENERATED
            if not wanted or source.is_symlink() or target.exists():
                continue
            if not target.parent.is_dir():
                continue
            if any(target.parent.glob("*.py")) and source.stat().st_size <= _GENERATED_BYTES:
                shutil.copy2(source, target)

    @contextmanager
    def _index(self) -> Iterator[dict[str, str]]:
        with tempfile.TemporaryDirectory(prefix="codeopt-index-") as directory:
            yield {"GIT_INDEX_FILE": str(Path(directory) / "index")}

    def identity(self) -> dict[str, str]:
        """Use the user's own identity; where git knows none, a neutral one."""
        try:
            self._git.var("GIT_COMMITTER_IDENT")
        except git.GitCommandError:
            roles = ("AUTHOR", "COMMITTER")
            return {f"GIT_{r}_NAME": "codeopt" for r in roles} | {
                f"GIT_{r}_EMAIL": "codeopt@localhost" for r in roles
            }
        return {}


class Checkout:
    """Implement the Source port for the files of a checkout as they are, committed or not."""

    def __init__(self, repository: GitRepository) -> None:
        self._repository = repository
        self.root = repository.root

    def export(self, commit: str, destination: Path) -> None:
        """Write the files; there is one state, the present one."""
        self._repository.export_checkout(destination)


class _Entry:
    """One entry of a tree: mode, object id, path."""

    __slots__ = ("mode", "path", "sha")

    def __init__(self, path: str, mode: str, sha: str) -> None:
        self.path, self.mode, self.sha = path, mode, sha


def _open(start: Path) -> git.Repo:
    hint = "run it inside a repository, or create one: git init && git add -A && git commit"
    if shutil.which("git") is None:
        raise PreconditionError("git is not installed", hint="install it: codeopt reads commits")
    try:
        repo = git.Repo(start, search_parent_directories=True)
    except git.NoSuchPathError as error:
        raise UsageError(f"{start} does not exist") from error
    except git.InvalidGitRepositoryError as error:
        raise PreconditionError(f"{start} is not inside a git repository", hint=hint) from error
    except git.GitError as error:
        raise PreconditionError(f"git cannot open {start}: {error}", hint=hint) from error
    if repo.bare or repo.working_tree_dir is None:
        raise PreconditionError(f"{start} is a bare repository", hint="use a clone with files")
    return repo
