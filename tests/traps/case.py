"""Read cases: one file each, with a header of ``# key: value`` and sections ``# --- name``.

A case is an original module, tests of it that are too weak, a rewrite that passes them, and for a
trap a witness: assertions that hold for the original and fail for the rewrite.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codeopt.model.candidate import FileChange, Patch
from codeopt.model.code import FunctionId
from codeopt.model.reasons import Code
from codeopt.verify.change import changed_functions

CASES = Path(__file__).parent / "cases"
_MARK = "# --- "
_KEYS = {"kind", "reason", "target", "needs", "edges", "allow", "open"}


@dataclass(frozen=True)
class Case:
    """Hold one case; ``reasons`` are the codes that a trap may be refused for (good: none).

    ``edges`` says which edge differences of a good rewrite are fair, ``open`` why the judge does
    not get it right yet. ``planted`` are files that the rewrite adds.
    """

    name: str
    kind: str
    original: str
    tests: str
    rewrite: str
    witness: str = ""
    reasons: frozenset[Code] = frozenset()
    target: str = ""
    needs: str = ""
    edges: str = ""
    open: str = ""
    allow: tuple[str, ...] = ()
    planted: tuple[tuple[str, str], ...] = ()

    @property
    def is_trap(self) -> bool:
        """Tell whether the rewrite is wrong."""
        return bool(self.reasons)

    @property
    def module(self) -> str:
        """Return the name of the module that the original becomes."""
        return f"case_{self.name.replace('-', '_')}_"  # not as test files are called

    @property
    def path(self) -> str:
        """Return the path of the module in the tree of all cases."""
        return f"{self.module}.py"

    @property
    def after(self) -> str:
        """Return the module with the rewrite in it."""
        return splice(self.original, self.rewrite)

    @property
    def declared(self) -> frozenset[FunctionId]:
        """Return the functions that the rewrite says it changes, the recorded one among them."""
        if self.target:
            return frozenset(FunctionId(self.path, t) for t in self.target.split(", "))
        return frozenset(changed_functions(self.path, self.original, self.after))

    @property
    def recorded(self) -> FunctionId:
        """Return the function whose calls are recorded."""
        if self.target:
            return FunctionId(self.path, self.target.split(", ")[0])
        return min(self.declared)

    @property
    def patch(self) -> Patch:
        """Return the bytes that the rewrite changes."""
        own = FileChange(self.path, self.original.encode(), self.after.encode())
        planted = [FileChange(path, b"", text.encode()) for path, text in self.planted]
        return Patch((own, *planted))


def read_cases() -> tuple[Case, ...]:
    """Read all cases, sorted by name."""
    return tuple(read_case(path) for path in sorted(CASES.glob("*/*.py")))


def read_case(path: Path) -> Case:
    """Read one case; raise ValueError when its file is not what it should be."""
    head, *parts = ("\n" + path.read_text(encoding="utf-8")).split("\n" + _MARK)
    header = dict(_header(path, head))
    sections = {name: text for name, _, text in (part.partition("\n") for part in parts)}
    extra = [name for name in sections if name.startswith("file ")]
    is_trap = path.parent.name == "traps"
    known = {"original", "tests", "rewrite", *(("witness",) if is_trap else ())}
    if set(sections) - set(extra) != known:
        raise ValueError(f"{path.name}: has sections {sorted(sections)}, needs {sorted(known)}")
    if is_trap != ("reason" in header):
        raise ValueError(f"{path.name}: traps have a reason, good rewrites none")
    return Case(
        name=path.stem,
        kind=header["kind"],
        reasons=frozenset(Code(text) for text in header.get("reason", "").split(", ") if text),
        allow=tuple(text for text in header.get("allow", "").split(", ") if text),
        planted=tuple((name.removeprefix("file "), sections[name]) for name in extra),
        **{key: header.get(key, "") for key in ("target", "needs", "edges", "open")},
        **{name: sections.get(name, "") for name in ("original", "tests", "rewrite", "witness")},
    )


def _header(path: Path, text: str) -> Iterator[tuple[str, str]]:
    for line in text.strip().splitlines():
        key, _, value = line.removeprefix("# ").partition(": ")
        if key not in _KEYS or not value:
            raise ValueError(f"{path.name}: what is {line!r}?")
        yield key, value


def splice(original: str, rewrite: str) -> str:
    """Write definitions into a module: of a known name in its place, new ones before the next."""
    old, new = original.splitlines(keepends=True), rewrite.splitlines(keepends=True)
    places = {name: span for node in ast.parse(original).body if (name := _name(node))
              for span in [_span(node)]}  # fmt: skip
    imports, pending, end = "", "", 0
    replaced: dict[tuple[int, int], str] = {}
    for node in ast.parse(rewrite).body:
        start, stop = end, node.end_lineno or 0
        text, end = "".join(new[start:stop]).lstrip("\n"), stop
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imports += text
        elif _name(node) in places:
            replaced[places[_name(node)]] = pending + text
            pending = ""
        else:
            pending += text + "\n\n"
    for (first, last), text in sorted(replaced.items(), reverse=True):
        old[first:last] = [text]
    if pending:
        old += ["\n\n" + pending]
    line = _after_imports(original)
    return "".join([*old[:line], imports, *old[line:]])


def _name(node: ast.stmt) -> str:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return node.name if isinstance(node, kinds) else ""


def _span(node: ast.stmt) -> tuple[int, int]:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(d.lineno for d in decorators)])
    return first - 1, node.end_lineno or 0


def _after_imports(original: str) -> int:
    """Return the number of the line behind the imports at the top of a module."""
    line = 0
    for index, node in enumerate(ast.parse(original).body):
        is_document = index == 0 and isinstance(node, ast.Expr)
        if not is_document and not isinstance(node, (ast.Import, ast.ImportFrom)):
            break
        line = node.end_lineno or 0
    return line
