"""Write a candidate into Python files: functions in place, helpers and imports beside them."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from codeopt.adapters.python_checks import (
    Helper,
    NewFunction,
    check_function,
    check_helper,
    check_imports,
)
from codeopt.adapters.python_module import Statement, statements_of, taken_names
from codeopt.adapters.python_parse import parse_file
from codeopt.adapters.python_syntax import Syntax, encoding_problem
from codeopt.adapters.python_text import margin_of, newline_of, place, rows_of
from codeopt.adapters.python_tree import (
    Binding,
    bound_by,
    parse_quietly,
    shape,
    without_docstrings,
)
from codeopt.model.candidate import Candidate, FileChange, FunctionSource, Patch, UnparsableError
from codeopt.model.code import FunctionInfo

_NEWLINES = re.compile(rb"\r\n|\r|\n")


def write(syntax: Syntax, candidate: Candidate, sources: Mapping[str, bytes]) -> Patch:
    """Write a candidate; raise ``UnparsableError`` when any part of it does not fit."""
    by_path: dict[str, list[FunctionSource]] = {}
    for function in candidate.functions:
        by_path.setdefault(function.id.path, []).append(function)
    if candidate.target not in {function.id for function in candidate.functions}:
        raise UnparsableError(f"no new text for {candidate.target}")
    helpers = [check_helper(text) for text in candidate.helpers]
    imports = check_imports(candidate.imports)
    changes = []
    for path, functions in by_path.items():
        own = helpers if path == candidate.target.path else []
        change = _write_file(syntax, path, sources.get(path), functions, own, imports)
        changes += [change] if change.before != change.after else []
    return Patch(tuple(changes))


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: bytes


@dataclass(slots=True)
class _Draft:
    """Collect the edits of one file."""

    syntax: Syntax
    path: str
    source: bytes
    newline: str
    functions: list[tuple[FunctionInfo, NewFunction]] = field(default_factory=list)
    edits: list[_Edit] = field(default_factory=list)

    def uses(self, names: frozenset[str]) -> bool:
        """Tell whether any new function mentions one of the names."""
        return any(new.words & names for _, new in self.functions)


def _write_file(
    syntax: Syntax,
    path: str,
    source: bytes | None,
    functions: Sequence[FunctionSource],
    helpers: Sequence[Helper],
    imports: Sequence[Binding],
) -> FileChange:
    if source is None:
        raise UnparsableError(f"{path} is not in the repository")
    _require_readable(syntax, path, source)
    draft = _Draft(syntax, path, source, newline_of(source))
    _replace_functions(draft, functions)
    _add_to_module(draft, helpers, imports)
    after = _applied(source, draft.edits)
    if after != source:
        _verify(draft, after)
    return FileChange(path, source, after)


def _require_readable(syntax: Syntax, path: str, source: bytes) -> None:
    if problem := encoding_problem(source):
        raise UnparsableError(f"{path} is {problem}")
    if parse_quietly(source) is None and not syntax.is_sound(source):
        raise UnparsableError(f"{path} has syntax errors")


def _replace_functions(draft: _Draft, functions: Sequence[FunctionSource]) -> None:
    known = parse_file(draft.syntax, draft.path, draft.source).functions
    for function in functions:
        new = check_function(draft.syntax, function)
        old = _find(known, function, new)
        margin = margin_of(draft.source, old.span.start_byte)
        if margin.strip():
            raise UnparsableError(f"{function.id} does not start its line")
        text = draft.source[old.span.start_byte : old.span.end_byte]
        rows = rows_of(draft.syntax, margin, text)
        placed = place(draft.syntax, new.text, margin=margin, old=rows, newline=draft.newline)
        draft.functions.append((old, new))
        draft.edits.append(_Edit(old.span.start_byte, old.span.end_byte, placed))
    ordered = sorted(draft.edits, key=lambda edit: edit.start)
    if any(a.end > b.start for a, b in pairwise(ordered)):
        raise UnparsableError(f"{draft.path}: two of the functions lie in each other")


def _find(
    known: Sequence[FunctionInfo], function: FunctionSource, new: NewFunction
) -> FunctionInfo:
    """Find the definition meant: of several (a property and its setter), by its decorators."""
    found = [info for info in known if info.id == function.id]
    if not found:
        raise UnparsableError(f"{function.id} is not in the file")
    return next((f for f in reversed(found) if f.decorators == new.decorators), found[-1])


def _add_to_module(draft: _Draft, helpers: Sequence[Helper], imports: Sequence[Binding]) -> None:
    if not helpers and not imports:
        return
    statements = statements_of(draft.syntax, draft.source)
    there = {statement.digest for statement in statements}
    new = [helper for helper in helpers if helper.digest not in there]
    wanted = [b for b in imports if _is_used(draft, helpers, bound_by(b))]
    missing = [b for b in wanted if not any(b in s.imports for s in statements)]
    _refuse_clashes(draft, statements, new, missing)
    users = _users(draft, statements, helpers)
    if not users:
        raise UnparsableError(f"{draft.path} has no place for new definitions")
    at = _import_place(statements, users[0], missing)
    if missing:
        _insert_imports(draft, statements, at, missing)
    if new:
        _insert_helpers(draft, statements, users[0], new)


def _is_used(draft: _Draft, helpers: Sequence[Helper], name: str) -> bool:
    names = frozenset((name,))
    return draft.uses(names) or any(helper.words & names for helper in helpers)


def _refuse_clashes(
    draft: _Draft,
    statements: Sequence[Statement],
    helpers: Sequence[Helper],
    imports: Sequence[Binding],
) -> None:
    taken = set(taken_names(draft.syntax, draft.source, statements))
    packages = {b[1].partition(".")[0] for s in statements for b in s.imports if _is_package(b)}
    for binding in imports:
        name = bound_by(binding)
        if name in taken and not (_is_package(binding) and name in packages):
            raise UnparsableError(f"{name} already means something else in {draft.path}")
    taken |= {bound_by(binding) for binding in imports}
    for helper in helpers:
        if clash := sorted(helper.names & taken):
            raise UnparsableError(f"the helper {clash[0]} already exists in {draft.path}")
        taken |= helper.names


def _is_package(binding: Binding) -> bool:
    """Tell whether an import binds the top-level package itself (``import a``, ``import a.b``)."""
    return not binding[2] and not binding[3]


def _users(
    draft: _Draft, statements: Sequence[Statement], helpers: Sequence[Helper]
) -> list[Statement]:
    """Return the statements that hold replaced functions, those that use a helper first."""
    names = frozenset[str]().union(*(helper.names for helper in helpers))

    def order(statement: Statement) -> tuple[bool, int]:
        return (not _uses_in(draft, statement, names), statement.start)

    held = (s for s in statements if any(_holds(s, old) for old, _ in draft.functions))
    return sorted(held, key=order)


def _holds(statement: Statement, function: FunctionInfo) -> bool:
    return statement.start <= function.span.start_byte < statement.end


def _uses_in(draft: _Draft, statement: Statement, names: frozenset[str]) -> bool:
    return any(_holds(statement, old) and new.words & names for old, new in draft.functions)


def _import_place(
    statements: Sequence[Statement], user: Statement, imports: Sequence[Binding]
) -> int:
    """Return the end of the statement after which new imports go; 0: they come first.

    A module of the standard library joins the first group; another one may need what the file does
    before its last imports (``sys.path``).
    """
    standard = all(not b[0] and b[1].partition(".")[0] in sys.stdlib_module_names for b in imports)
    groups = [list(g) for kind, g in groupby(statements, lambda s: s.kind) if kind == "import"]
    above = [group for group in groups if group[0].start < user.start]
    if above:
        return above[0 if standard else -1][-1].end
    opening = [
        s for i, s in enumerate(statements) if s.kind == "future" or (not i and s.kind == "text")
    ]
    return opening[-1].end if opening else 0


def _insert_imports(
    draft: _Draft, statements: Sequence[Statement], at: int, imports: Sequence[Binding]
) -> None:
    lines = _import_lines(imports)
    if not at:
        start = statements[0].anchor
        draft.edits.append(_insertion(draft, start, [*lines, "", "", ""]))
        return
    alone = next(s for s in statements if s.end == at).kind != "import"
    _insert_after(draft, statements, at, ["", *lines] if alone else lines)


def _import_lines(imports: Sequence[Binding]) -> list[str]:
    lines: list[str] = []
    groups: dict[str, list[str]] = {}
    for level, module, name, alias in imports:
        if name:
            new = f"{name} as {alias}" if alias else name
            groups.setdefault("." * level + module, []).append(new)
        else:
            lines.append(f"import {module} as {alias}" if alias else f"import {module}")
    return lines + [f"from {module} import {', '.join(names)}" for module, names in groups.items()]


def _insert_helpers(
    draft: _Draft,
    statements: Sequence[Statement],
    user: Statement,
    helpers: Sequence[Helper],
) -> None:
    """Put helpers before their first user, but after whatever they need when they are executed."""
    lines: list[str] = []
    for before, helper in zip([None, *helpers], helpers, strict=False):
        apart = before is not None and (before.is_block or helper.is_block)
        lines += ["", ""] if apart else []
        lines += helper.text.split("\n")
    needed = frozenset[str]().union(*(helper.eager for helper in helpers))
    for statement in statements:
        if statement.start < user.start:
            needed -= statement.names
    late = [s.end for s in statements if s.start >= user.start and s.names & needed]
    if late:
        _insert_after(draft, statements, max(late), ["", "", *lines])
    else:
        draft.edits.append(_insertion(draft, user.anchor, [*lines, "", "", ""]))


def _insertion(draft: _Draft, at: int, lines: Sequence[str]) -> _Edit:
    return _Edit(at, at, draft.newline.join(lines).encode("utf-8"))


def _insert_after(
    draft: _Draft, statements: Sequence[Statement], end: int, lines: Sequence[str]
) -> None:
    """Insert lines below the line on which a statement, and what shares its line, ends."""
    line_end = draft.source.find(b"\n", end) + 1
    for statement in statements:
        if line_end and statement.start < line_end < statement.end:
            line_end = draft.source.find(b"\n", statement.end) + 1
    if line_end:
        draft.edits.append(_insertion(draft, line_end, [*lines, ""]))
    else:
        draft.edits.append(_insertion(draft, len(draft.source), ["", *lines]))


def _applied(source: bytes, edits: Sequence[_Edit]) -> bytes:
    parts: list[bytes] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        parts += (source[position : edit.start], edit.text)
        position = edit.end
    return b"".join((*parts, source[position:]))


def _verify(draft: _Draft, after: bytes) -> None:
    """Parse the result with both parsers, and find each new function where it was put."""
    if draft.syntax.is_sound(draft.source) and not draft.syntax.is_sound(after):
        raise UnparsableError(f"{draft.path} does not parse with the rewrite in it")
    if parse_quietly(draft.source) is None:
        return
    tree = parse_quietly(after)
    if tree is None:
        raise UnparsableError(f"{draft.path} does not parse with the rewrite in it")
    placed = _functions_by_line(tree)
    for old, new in draft.functions:
        node = placed.get((old.id.name, _new_line(draft, after, old) + new.lead))
        if node is None or (new.shape and shape(without_docstrings(node)) != new.shape):
            raise UnparsableError(f"{old.id} cannot be written into {draft.path} unchanged")


def _new_line(draft: _Draft, after: bytes, old: FunctionInfo) -> int:
    start = old.span.start_byte
    before = (edit for edit in draft.edits if edit.end <= start)
    shift = sum(len(edit.text) - (edit.end - edit.start) for edit in before)
    return len(_NEWLINES.findall(after, 0, start + shift)) + 1


def _functions_by_line(tree: ast.Module) -> dict[tuple[str, int], ast.AST]:
    found: dict[tuple[str, int], ast.AST] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found[node.name, first] = node
    return found
