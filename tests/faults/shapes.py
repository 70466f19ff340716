"""One repository of all the shapes that are rare, legal, and break tools."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from tests.e2e.project import INI
from tests.support.command import git

PACKAGE = "größe und mehr"
CRLF, TABS = f"{PACKAGE}/crlf datei.py", "tabs.py"
_LARGE = b"what git-lfs keeps\n"
_LOOP = b'''"""Lists of numbers."""


def squares(values):
    out = []
    for value in values:
        out = out + [value * value]
    return out
'''
_MIXED = b"""def cubes(values):
\tout = []
\tfor value in values:
\t    if value is not None:
\t    \tout = out + [value ** 3]
\treturn out
"""
_TESTS = """import importlib
import pathlib

import bom, latin, tabs

crlf = importlib.import_module("größe und mehr.crlf datei")


def test_squares():
    for k in range(9):
        assert crlf.squares(list(range(k, 800 + k)))[2] == (k + 2) ** 2


def test_cubes():
    for k in range(9):
        assert tabs.cubes(list(range(k, 800 + k)))[2] == (k + 2) ** 3


def test_files():
    assert bom.NAME == latin.NAME == "größe"
    assert pathlib.Path("data.bin").read_bytes() == b"what git-lfs keeps\\n"
    assert pathlib.Path("vendored sub/inner.py").exists()
"""
HOOKS = (
    *("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-checkout"),
    *("post-index-change", "post-rewrite", "pre-auto-gc", "reference-transaction", "update"),
)

# what the owner of such a repository sets to get anything done
CALM = (
    ("core.hooksPath", os.devnull),
    ("filter.lfs.required", "false"),
    *((f"filter.lfs.{name}", "") for name in ("clean", "smudge")),
)


def files() -> dict[bytes, bytes]:
    """Return the files by their names, which are bytes."""
    digest = hashlib.sha256(_LARGE).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 19\n"
    return {
        f"{PACKAGE}/__init__.py".encode(): b"",
        CRLF.encode(): _LOOP.replace(b"\n", b"\r\n"),
        TABS.encode(): _MIXED,
        b"bom.py": b"\xef\xbb\xbf" + "NAME = 'größe'\n".encode(),
        b"latin.py": "# -*- coding: latin-1 -*-\nNAME = 'größe'\n".encode("latin-1"),
        b"broken.py": b"x = '\xff\xfe'\n",
        b"nul.py": b"x = 1\0\n",
        b"empty.py": b"",
        b"dir.py/__init__.py": b"y = 1\n",
        b"caf\xe9.py": b"z = 1\n",
        b"new\nline.py": b"z = 1\n",
        b"-dash.py": b"z = 1\n",
        b"data.bin": pointer.encode(),
        b".gitattributes": b"*.bin filter=lfs diff=lfs merge=lfs -text\n*.py -text\n",
        b"test_all.py": _TESTS.encode(),
        b"pytest.ini": INI.encode(),
    }


def make(base: Path) -> Path:
    """Make it below a directory: a worktree of a shallow clone; its hooks and filters fail.

    What ran of them is noted in ``base / "ran"``.
    """
    sub, origin, clone, tree = (base / name for name in ("sub", "origin", "a cloné", "ein baum"))
    for path in (sub, origin):
        path.mkdir()
        git(path, "init", "-q", "-b", "main")
    (sub / "inner.py").write_text("INNER = 1\n")
    git(sub, "add", "-A")
    git(sub, "commit", "-qm", "inner")
    for name, data in files().items():
        path = Path(os.fsdecode(os.fsencode(origin) + b"/" + name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for link, target in (("link.py", "latin.py"), ("away.py", "/etc/passwd"), ("gone", "nowhere")):
        (origin / link).symlink_to(target)
    free = ("-c", "protocol.file.allow=always")
    git(origin, *free, "submodule", "--quiet", "add", str(sub), "vendored sub")
    git(origin, "add", "-A")
    git(origin, "commit", "-qm", "one")
    git(origin, "commit", "-qm", "two", "--allow-empty")
    git(base, *free, "clone", "-q", "--depth", "1", f"file://{origin}", str(clone))
    git(clone, "worktree", "add", "-q", "-b", "other", str(tree))
    git(tree, *free, "submodule", "--quiet", "update", "--init")
    _spoil(base, clone)
    return tree


def _spoil(base: Path, clone: Path) -> None:
    digest = hashlib.sha256(_LARGE).hexdigest()
    large = clone / ".git" / "lfs" / "objects" / digest[:2] / digest[2:4] / digest
    large.parent.mkdir(parents=True)
    large.write_bytes(_LARGE)
    note = f"echo {{}} >> '{base / 'ran'}'; exit 1"
    for name in ("clean", "smudge"):
        git(clone, "config", f"filter.lfs.{name}", note.format(name))
    for name, value in (("filter.lfs.required", "true"), ("core.autocrlf", "true")):
        git(clone, "config", name, value)
    for name in HOOKS:
        hook = clone / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\n{note.format(name)}\n")
        hook.chmod(0o755)
