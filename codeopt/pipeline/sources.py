"""The files that candidates are made for, as they are now and as they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from codeopt.model.code import CodeMap
from codeopt.pipeline.attempts import KeptPatch


class Sources(Mapping[str, bytes]):
    """Read the files of a tree when they are asked for."""

    def __init__(self, tree: Path, code: CodeMap) -> None:
        self._tree, self._code = tree, code

    def __getitem__(self, path: str) -> bytes:
        if path not in self._code.by_path:
            raise KeyError(path)
        return (self._tree / path).read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._code.by_path)

    def __len__(self) -> int:
        return len(self._code.by_path)


class Earlier(Mapping[str, bytes]):
    """Read files as they were when only the first ``count`` of a run's patches were kept."""

    def __init__(self, now: Sources, kept: Sequence[KeptPatch], count: int) -> None:
        self._now, self._kept, self._count = now, kept, count

    def __getitem__(self, path: str) -> bytes:
        later = (change for each in self._kept[self._count :] for change in each.patch.files)
        changed = next((change for change in later if change.path == path), None)
        return self._now[path] if changed is None else changed.before

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)
