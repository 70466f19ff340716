"""Turn what a user names as targets into functions of the repository."""

from __future__ import annotations

import difflib
import fnmatch
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from codeopt.model.code import CodeMap, FileInfo, FunctionId, is_test
from codeopt.model.errors import NoTargetsError, UsageError

_OTHER_FOLDERS = frozenset(("docs", "doc", "bench", "benchmarks", "examples"))
_BUILD_FILES = frozenset(("setup.py", "noxfile.py"))
_SUGGESTIONS = 3


def resolve_targets(
    code: CodeMap,
    texts: Sequence[str],
    exclude: Sequence[str] = (),
    *,
    root: Path | None = None,
    cwd: Path | None = None,
) -> tuple[FunctionId, ...]:
    """Return the functions that targets mean, each once; none mean the whole repository.

    A target is a file or directory, or a file with ``::function``, ``::Class``, ``::Class.method``
    or ``::outer.inner``. Paths are relative to ``cwd``; without one to ``root``, the user's
    checkout; without both to the repository. Functions inside functions stand for the outermost
    one. A file that is named is never left out by ``exclude``, but tests always are. Raise
    UsageError for what does not exist, NoTargetsError where nothing is left.
    """
    finder = _Finder(code, _Places(root, cwd), exclude)
    found = [id for text in texts or ("",) for id in finder.find(text)]
    if not found:
        what = ", ".join(texts) or "the repository"
        raise NoTargetsError(
            f"no function to optimise in {what}",
            hint="tests, docs, benchmarks, examples, setup.py and excluded paths are not optimised",
        )
    return tuple(dict.fromkeys(found))


def outermost(function: FunctionId) -> FunctionId:
    """Return the function or method that a nested function is optimised as a part of."""
    return FunctionId(function.path, function.qualname.partition(".<locals>.")[0])


def is_optimisable(path: str, exclude: Sequence[str] = ()) -> bool:
    """Tell whether functions of a file are optimised when nobody names it.

    A pattern of ``exclude`` means a path or directory, or with no slash any part of a path.
    """
    pure = PurePosixPath(path)
    if is_test(path) or pure.name in _BUILD_FILES:
        return False
    if not _OTHER_FOLDERS.isdisjoint(pure.parts[:-1]):
        return False
    return not any(_matches(pure, pattern) for pattern in exclude)


def _matches(path: PurePosixPath, pattern: str) -> bool:
    wanted = pattern.removeprefix("./").rstrip("/")
    places = [str(place) for place in (path, *path.parents)]
    if "/" not in wanted:
        places += path.parts
    shorter = wanted.removeprefix("**/")  # "**/x" also means x at the root
    return any(fnmatch.fnmatchcase(p, w) for p in places for w in (wanted, shorter))


class _Places:
    """Spell paths as the repository does."""

    def __init__(self, root: Path | None, cwd: Path | None) -> None:
        # an unlikely root serves where there is none: nothing on the disk is looked at then
        self._on_disk = root is not None
        self.root = root.resolve() if root else Path("/the repository")
        self._cwd = cwd.resolve() if cwd else self.root

    def relative(self, place: str) -> str:
        """Return a path relative to the root, symbolic links on the way followed."""
        full = Path(os.path.normpath(self._cwd / place))
        real = full.parent.resolve() / full.name if self._on_disk else full
        if not real.is_relative_to(self.root):
            raise UsageError(
                f"{place} is outside the repository",
                hint="run codeopt in the repository that holds it",
            )
        path = real.relative_to(self.root).as_posix()
        return "" if path == "." else path

    def is_folder(self, path: str) -> bool:
        """Tell whether a path is a directory on the disk."""
        return self._on_disk and (self.root / path).is_dir()

    def is_file(self, path: str) -> bool:
        """Tell whether a path is a file on the disk."""
        return self._on_disk and (self.root / path).is_file()


class _Finder:
    """Find targets, or say why there are none."""

    def __init__(self, code: CodeMap, places: _Places, exclude: Sequence[str]) -> None:
        self._code = code
        self._places = places
        self._exclude = exclude

    def find(self, text: str) -> Iterator[FunctionId]:
        """Yield the functions that one target means; an empty one is the whole repository."""
        place, colons, name = text.partition("::")
        path = self._relative(place) if text else ""
        if file := self._code.by_path.get(path):
            self._refuse_test(file)
            yield from self._named(file, name) if colons else self._all((file,))
        elif colons or not self._is_folder(path):
            raise self._missing(path, text)
        else:
            yield from self._all(f for f in self._below(path) if self._is_optimisable(f))

    def _relative(self, place: str) -> str:
        if not place:
            raise UsageError("a target needs a path before ::", hint="write path::function")
        return self._places.relative(place)

    def _below(self, path: str) -> Iterator[FileInfo]:
        prefix = f"{path}/" if path else ""
        return (file for file in self._code.files if file.path.startswith(prefix))

    def _is_folder(self, path: str) -> bool:
        return not path or self._places.is_folder(path) or any(self._below(path))

    def _is_optimisable(self, file: FileInfo) -> bool:
        return is_optimisable(file.path, self._exclude)

    def _refuse_test(self, file: FileInfo) -> None:
        if is_test(file.path):
            raise NoTargetsError(
                f"{file.path} is a test", hint="tests are never changed; name the code they test"
            )

    def _all(self, files: Iterable[FileInfo]) -> Iterator[FunctionId]:
        return (f.id for file in files for f in file.functions if not f.is_nested)

    def _named(self, file: FileInfo, name: str) -> Iterator[FunctionId]:
        wanted = name.replace(".<locals>.", ".")
        spelled = {_spelled(f.id.qualname): f.id for f in file.functions}
        classes = {_spelled(c.qualname) for c in file.classes}
        if wanted in spelled:
            yield self._intact(file, outermost(spelled[wanted]))
        elif wanted in classes:
            inside = [id for key, id in spelled.items() if key.startswith(f"{wanted}.")]
            yield from (self._intact(file, outermost(id)) for id in inside)
        else:
            message = f"{file.path} has no function {wanted or '(no name given)'}"
            raise UsageError(message, hint=_hint(wanted, [*spelled, *classes], file))

    def _intact(self, file: FileInfo, function: FunctionId) -> FunctionId:
        if function not in self._code.functions:
            where = ", ".join(f"line {problem.line}" for problem in file.problems[:3])
            raise UsageError(
                f"{function} has a syntax error ({where})", hint=f"mend {file.path} first"
            )
        return function

    def _missing(self, path: str, text: str) -> UsageError:
        problem = next((p for p in self._code.skipped if p.path == path), None)
        if problem:
            return UsageError(f"{path}: {problem.text}")
        if self._places.is_file(path):
            known = "is not a Python source file of the repository"
            return UsageError(f"{path} {known}", hint="name a .py file or a directory")
        paths = [file.path for file in self._code.files]
        return UsageError(f"no such target: {text}", hint=_did_you_mean(path, paths))


def _spelled(qualname: str) -> str:
    return qualname.replace(".<locals>.", ".")


def _hint(name: str, names: Sequence[str], file: FileInfo) -> str:
    if file.problems and not names:
        return f"line {file.problems[0].line}: {file.problems[0].text}"
    return _did_you_mean(name, names)


def _did_you_mean(word: str, words: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, words, _SUGGESTIONS, 0.6)
    last = word.rpartition(".")[2].rpartition("/")[2]
    same_end = [w for w in words if w.rpartition(".")[2] == last or w.endswith(f"/{last}")]
    found = list(dict.fromkeys([*close, *same_end]))[:_SUGGESTIONS]
    return f"did you mean {' or '.join(found)}?" if found else ""
