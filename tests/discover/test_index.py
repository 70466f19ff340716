"""Discovery of a tree, and what its cache saves and survives."""

from __future__ import annotations

import os
import pickle
import sqlite3
import threading
from pathlib import Path

import pytest

from codeopt.adapters.python_language import PythonLanguage
from codeopt.discover.cache import Stored
from codeopt.discover.index import discover
from codeopt.discover.tree import MOST_BYTES
from codeopt.model.code import CodeMap, FileInfo, FunctionId
from codeopt.model.errors import UsageError

_LONG_AGO = 1_500_000_000


class CountingLanguage(PythonLanguage):
    """Note which files are parsed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def parse(self, path: str, source: bytes) -> FileInfo:
        self.seen.append(path)
        return super().parse(path, source)


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    write(
        root,
        {
            "pkg/__init__.py": "from .core import run\n",
            "pkg/core.py": "import os\n\n\nclass A(B):\n    @d\n    def run(self, x): pass\n",
            "broken.py": "def ok(): pass\nx = (\n",
        },
    )
    return root


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def scan(tree: Path, cache: Path | None) -> tuple[CodeMap, list[str]]:
    language = CountingLanguage()
    return discover(tree, language, cache=cache), language.seen


def test_files_are_described_in_order(tree: Path) -> None:
    code, _ = scan(tree, None)
    assert [f.path for f in code.files] == ["broken.py", "pkg/__init__.py", "pkg/core.py"]
    assert code.functions[FunctionId("pkg/core.py", "A.run")].parameters == "self, x"
    assert [(p.path, p.line) for p in code.problems] == [("broken.py", 2)]
    assert code.lines == 9
    assert (code.parsed, code.reused) == (3, 0)


def test_a_second_run_parses_nothing_and_says_the_same(tree: Path, cache: Path) -> None:
    first, _ = scan(tree, cache)
    second, parsed = scan(tree, cache)
    assert parsed == []
    assert (second.parsed, second.reused) == (0, 3)
    assert second.files == first.files
    assert second.problems == first.problems
    assert second.lines == first.lines
    assert dict(second.functions) == dict(first.functions)
    assert pickle.loads(pickle.dumps(second.files)) == first.files


def test_only_what_changed_is_parsed(tree: Path, cache: Path) -> None:
    scan(tree, cache)
    write(tree, {"pkg/core.py": "def new(): pass\n", "added.py": "x = 1\n"})
    (tree / "broken.py").unlink()
    code, parsed = scan(tree, cache)
    assert sorted(parsed) == ["added.py", "pkg/core.py"]
    assert [f.path for f in code.files] == ["added.py", "pkg/__init__.py", "pkg/core.py"]
    assert list(code.functions) == [FunctionId("pkg/core.py", "new")]


def test_a_change_that_keeps_size_and_time_is_seen(tree: Path, cache: Path) -> None:
    file = tree / "same.py"
    file.write_text("def a(): pass\n")
    os.utime(file, (_LONG_AGO, _LONG_AGO))
    scan(tree, cache)
    file.write_text("def b(): pass\n")
    os.utime(file, (_LONG_AGO, _LONG_AGO))
    code, parsed = scan(tree, cache)
    assert parsed == ["same.py"]
    assert FunctionId("same.py", "b") in code.functions


def test_unchanged_files_are_not_even_read(
    tree: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codeopt.discover.index._UNSETTLED_NS", -(10**10))
    first, _ = scan(tree, cache)

    def refuse(path: Path) -> bytes:
        raise AssertionError(f"{path} was read")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    second, _ = scan(tree, cache)
    assert second.files == first.files


def test_a_fresh_copy_reuses_what_is_known_by_content(
    tree: Path, cache: Path, tmp_path: Path
) -> None:
    first, _ = scan(tree, cache)
    copy = tmp_path / "copy"
    write(copy, {f"moved/{f.path}": (tree / f.path).read_text() for f in first.files})
    second, parsed = scan(copy, cache)
    assert parsed == []
    assert FunctionId("moved/pkg/core.py", "A.run") in second.functions
    assert [p.path for p in second.problems] == ["moved/broken.py"]


@pytest.mark.parametrize("damage", ["garbage", "truncated", "empty", "table", "directory"])
def test_a_broken_cache_is_made_anew(tree: Path, cache: Path, damage: str) -> None:
    first, _ = scan(tree, cache)
    (file,) = cache.iterdir()
    if damage == "garbage":
        file.write_bytes(b"not a database" * 1000)
    elif damage == "truncated":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "table":
        with sqlite3.connect(file) as db:
            db.execute("DROP TABLE contents")
        db.close()
    else:
        file.unlink()
        file.mkdir()
    second, parsed = scan(tree, cache)
    assert second.files == first.files
    assert len(parsed) == 3
    third, parsed = scan(tree, cache)
    assert third.files == first.files
    assert len(parsed) == (3 if damage == "directory" else 0)


@pytest.mark.parametrize(
    "change", ["data = replace(data, 'run', 'ran')", "lines = lines + 1", "data = 'x'"]
)
def test_a_changed_row_is_not_believed(tree: Path, cache: Path, change: str) -> None:
    first, _ = scan(tree, cache)
    (file,) = cache.iterdir()
    with sqlite3.connect(file) as db:
        db.execute(f"UPDATE contents SET {change}")
    db.close()
    second, parsed = scan(tree, cache)
    assert second.files == first.files
    assert parsed


def test_a_well_formed_row_of_nonsense_sends_back_to_the_file(tree: Path, cache: Path) -> None:
    first, _ = scan(tree, cache)
    (file,) = cache.iterdir()
    with sqlite3.connect(file) as db:
        rows = db.execute("SELECT digest, lines, problems FROM contents").fetchall()
        for row in rows:
            stored = Stored(*row, '[[["f", 1]], 7]')
            db.execute(
                "UPDATE contents SET data = ?, checksum = ? WHERE digest = ?",
                (stored.data, stored.checksum, stored.digest),
            )
    db.close()
    assert scan(tree, cache)[0].files == first.files


def test_a_cache_that_cannot_be_written_is_done_without(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    code, parsed = scan(tree, tmp_path / "file" / "cache")
    assert len(code.files) == len(parsed) == 3


def test_another_version_of_the_language_parses_again(tree: Path, cache: Path) -> None:
    scan(tree, cache)
    language = CountingLanguage()
    language.version += "-next"
    discover(tree, language, cache=cache)
    assert len(language.seen) == 3


def test_runs_at_once_do_not_harm_each_other(tree: Path, cache: Path) -> None:
    write(tree, {f"m{i}.py": f"def f{i}(): pass\n" for i in range(50)})
    plain, _ = scan(tree, None)
    found: list[CodeMap] = []
    threads = [
        threading.Thread(target=lambda: found.append(scan(tree, cache)[0])) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [code.files == plain.files for code in found] == [True] * 6
    assert scan(tree, cache)[1] == []


def test_trees_that_are_gone_are_forgotten(tree: Path, cache: Path, tmp_path: Path) -> None:
    scan(tree, cache)
    tree.rename(tmp_path / "elsewhere")
    scan(tmp_path / "elsewhere", cache)
    (file,) = cache.iterdir()
    with sqlite3.connect(file) as db:
        roots = db.execute("SELECT DISTINCT root FROM files").fetchall()
    db.close()
    assert roots == [(str(tmp_path / "elsewhere"),)]


def test_what_is_no_source_of_the_project_is_left_out(tree: Path) -> None:
    write(
        tree,
        {
            ".git/hook.py": "",
            ".venv/x.py": "",
            "node_modules/x.py": "",
            "build/lib/x.py": "",
            "src/build/__init__.py": "",
            "own/pyvenv.cfg": "",
            "own/lib/x.py": "",
            "pkg/__pycache__/x.py": "",
            "notes.txt": "",
        },
    )
    (tree / "linked").symlink_to(tree / "pkg")
    (tree / "link.py").symlink_to(tree / "pkg" / "core.py")
    (tree / "out").symlink_to("/etc")
    (tree / "pkg" / "loop").symlink_to(tree)
    os.mkfifo(tree / "pipe.py")
    paths = [f.path for f in scan(tree, None)[0].files]
    assert paths == ["broken.py", "pkg/__init__.py", "pkg/core.py", "src/build/__init__.py"]


def test_what_cannot_be_read_is_said(tree: Path, cache: Path) -> None:
    (tree / "latin.py").write_bytes(b"x = '\xe9'\n")
    (tree / "large.py").write_bytes(b"#" * (MOST_BYTES + 1))
    Path(os.fsdecode(os.fsencode(tree) + b"/bad\xff.py")).write_text("x = 1\n")
    for _ in range(2):
        code, _ = scan(tree, cache)
        texts = {p.path: p.text for p in code.problems}
        assert texts["latin.py"] == "not UTF-8 (byte 5)"
        assert "larger than 4 MiB" in texts["large.py"]
        assert "not valid Unicode" in texts["bad\ufffd.py"]


def test_chosen_paths_only(tree: Path, cache: Path) -> None:
    language = PythonLanguage()
    paths = ("pkg/core.py", "gone.py", "notes.txt", "../outside.py")
    write(tree.parent, {"outside.py": "x = 1\n"})
    code = discover(tree, language, cache=cache, paths=paths)
    assert [f.path for f in code.files] == ["pkg/core.py"]


def test_a_root_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a directory"):
        discover(tmp_path / "none", PythonLanguage())
