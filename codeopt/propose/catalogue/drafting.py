"""Apply rewrites to functions of a module, one after another, on the text itself."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from codeopt.propose.catalogue.names import Function, ModuleNames, module_names
from codeopt.propose.catalogue.rewrite import Rewrite, Site
from codeopt.propose.catalogue.scope import Scope
from codeopt.propose.catalogue.structure import Additions
from codeopt.propose.catalogue.text import Text, apply_edits, overlap

_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Applied:
    """Record that a rewrite was applied at a line (as it was when the rewrite came to it)."""

    rewrite: Rewrite
    qualname: str
    line: int
    why: str
    assumption: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold a module under rewriting: its text, what was added, what was done."""

    source: str
    helpers: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    applied: tuple[Applied, ...] = ()


def draft(
    source: str, qualnames: Sequence[str], rewrites: Iterable[Rewrite], *, certain: bool
) -> Draft:
    """Apply rewrites wherever they fit; ``certain`` leaves out those that rest on an assumption."""
    result, parser = Draft(source), _Parser()
    for rewrite in rewrites:
        for qualname in qualnames:
            result = _apply(result, qualname, rewrite, parser, certain=certain)
    return result


def find_sites(source: str, qualname: str, rewrites: Iterable[Rewrite]) -> list[Applied]:
    """List the places where rewrites apply to a function as it stands."""
    parser = _Parser()
    return [
        Applied(rewrite, qualname, site.line, site.why, site.assumption)
        for rewrite in rewrites
        if (scope := parser.scope(Draft(source), qualname)) is not None
        for site in rewrite.find(scope)
    ]


def _apply(
    result: Draft, qualname: str, rewrite: Rewrite, parser: _Parser, *, certain: bool
) -> Draft:
    for _ in range(_ROUNDS):
        scope = parser.scope(result, qualname)
        if scope is None:
            return result
        sites = [s for s in rewrite.find(scope) if not (certain and s.assumption)]
        chosen = _disjoint(sites)
        if not chosen:
            return result
        changed = _splice(result, scope.text_of_module, chosen)
        if parser.scope(changed, qualname) is None:
            return result
        marks = (Applied(rewrite, qualname, s.line, s.why, s.assumption) for s in chosen)
        result = replace(changed, applied=(*result.applied, *marks))
    return result


def _disjoint(sites: list[Site]) -> list[Site]:
    chosen: list[Site] = []
    for site in sites:
        if site.edits and not any(overlap(site.edits, other.edits) for other in chosen):
            chosen.append(site)
    return chosen


def _splice(result: Draft, text: Text, sites: list[Site]) -> Draft:
    edits = [edit for site in sites for edit in site.edits]
    helpers = dict.fromkeys([*result.helpers, *(h for s in sites for h in s.helpers)])
    imports = dict.fromkeys([*result.imports, *(i for s in sites for i in s.imports)])
    return replace(
        result,
        source=apply_edits(text.data, edits),
        helpers=tuple(helpers),
        imports=tuple(imports),
    )


class _Parser:
    """Parse modules, keeping the last one: most rewrites leave a module as it is."""

    def __init__(self) -> None:
        self._source: str | None = None
        self._parsed: tuple[ast.Module, ModuleNames, Text] | None = None

    def scope(self, result: Draft, qualname: str) -> Scope | None:
        """Return the scope of a function, None when it is not there or must be left alone."""
        if result.source != self._source:
            self._source, self._parsed = result.source, _parse(result.source)
        if self._parsed is None:
            return None
        tree, names, text = self._parsed
        found = find_function(tree, qualname)
        if found is None:
            return None
        additions = Additions(list(result.helpers), list(result.imports), set(_added_names(result)))
        scope = Scope(text, found[0], around=found[1], module=names, additions=additions)
        return None if scope.names.frame_is_seen else scope


def _parse(source: str) -> tuple[ast.Module, ModuleNames, Text] | None:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree, module_names(tree), Text(source)


def _added_names(result: Draft) -> Iterator[str]:
    for addition in (*result.helpers, *result.imports):
        for node in ast.walk(ast.parse(addition)):
            match node:
                case ast.Name(id=name) | ast.FunctionDef(name=name) | ast.alias(name=name):
                    yield name


def find_function(tree: ast.Module, qualname: str) -> tuple[Function, tuple[ast.AST, ...]] | None:
    """Find a function by its qualified name, the last definition of it, with what is around it."""
    found: tuple[Function, tuple[ast.AST, ...]] | None = None
    for function, around, name in functions(tree):
        if name == qualname:
            found = (function, around)
    return found


def functions(
    node: ast.AST, prefix: str = "", around: tuple[ast.AST, ...] = ()
) -> Iterator[tuple[Function, tuple[ast.AST, ...], str]]:
    """Walk all functions below a node, with what is around each and its qualified name."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            name = prefix + child.name
            yield child, around, name
            yield from functions(child, f"{name}.<locals>.", (*around, child))
        elif isinstance(child, ast.ClassDef):
            yield from functions(child, f"{prefix}{child.name}.", (*around, child))
        else:
            yield from functions(child, prefix, around)


def definition(source: str, qualname: str) -> str | None:
    """Return the text of a function with its decorators, dedented; strings keep their lines."""
    found = find_function(ast.parse(source), qualname)
    if found is None:
        return None
    function, text = found[0], Text(source)
    first = min((text.start(d) for d in function.decorator_list), default=text.start(function))
    start, end = text.line_start(first), text.end(function)
    indent = text.start(function) - text.line_start(text.start(function))
    return _dedent(text.cut(start, end), indent) + "\n"


def _dedent(block: str, indent: int) -> str:
    lines = block.split("\n")
    inside = _lines_inside_strings(block) if indent else set()
    return "\n".join(
        line if number in inside else _cut_indent(line, indent)
        for number, line in enumerate(lines, 1)
    )


def _cut_indent(line: str, indent: int) -> str:
    return line[indent:] if not line[:indent].strip() else line.lstrip()


def _lines_inside_strings(block: str) -> set[int]:
    """Return the numbers of the lines that begin inside a string."""
    inside: set[int] = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(f"if 1:\n{block}\n").readline):
            if token.type == tokenize.STRING or tokenize.tok_name[token.type].startswith("FSTRING"):
                inside.update(range(token.start[0], token.end[0]))
    except (tokenize.TokenError, SyntaxError):
        return inside
    return inside
