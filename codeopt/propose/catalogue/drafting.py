"""Apply rewrites to functions of a module, one after another, on the text itself."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from codeopt.propose.catalogue.names import Function, module_names
from codeopt.propose.catalogue.rewrite import Rewrite, Site
from codeopt.propose.catalogue.scope import Scope
from codeopt.propose.catalogue.structure import Additions
from codeopt.propose.catalogue.text import Text, apply_edits, overlap
from codeopt.propose.syntax import parse, source_of

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
    """Hold a module after rewriting: its text, what is to be added to it, what was done."""

    source: str
    helpers: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    applied: tuple[Applied, ...] = ()


def draft(
    module: Module, qualnames: Sequence[str], rewrites: Iterable[Rewrite], *, certain: bool
) -> Draft:
    """Apply rewrites wherever they fit; ``certain`` leaves out what rests on an assumption."""
    workbench = _Workbench(module, certain)
    for rewrite in rewrites:
        for qualname in qualnames:
            workbench.apply(rewrite, qualname)
    return Draft(
        module.text(workbench.pieces),
        tuple(workbench.helpers),
        tuple(workbench.imports),
        tuple(workbench.applied),
    )


def find_sites(module: Module, qualname: str, rewrites: Iterable[Rewrite]) -> list[Applied]:
    """List the places where rewrites apply to a function as it stands."""
    workbench = _Workbench(module, certain=False)
    return [
        Applied(rewrite, qualname, site.line, site.why, site.assumption)
        for rewrite in rewrites
        if (scope := workbench.scope(qualname)) is not None
        for site in rewrite.find(scope)
        if site.edits
    ]


class Module:
    """Hold a parsed module, cut into its top-level statements.

    A rewrite changes one statement at a time: only that one is parsed again.
    """

    def __init__(self, source: str, tree: ast.Module) -> None:
        self.source = source
        self.names = module_names(tree)
        self._functions = {name: node for node, _, name in functions(tree)}
        self._lines = source.split("\n")
        self._spans = [_line_span(statement) for statement in tree.body]
        self._where = {
            name: number
            for number, statement in enumerate(tree.body)
            for _, _, name in functions(ast.Module([statement], []))
        }

    @classmethod
    def parse(cls, source: str) -> Module | None:
        """Parse a module; None when it can't be."""
        tree = parse(source)
        return None if isinstance(tree, str) else cls(source, tree)

    def function(self, qualname: str) -> Function | None:
        """Return the syntax tree of a function."""
        return self._functions.get(qualname)

    def line_of(self, qualname: str) -> int | None:
        """Return the line of a function's ``def``."""
        function = self._functions.get(qualname)
        return function.lineno if function is not None else None

    def inner(self, qualname: str) -> list[str]:
        """Return the names of the functions that are defined inside a function."""
        return [name for name in self._functions if name.startswith(f"{qualname}.<locals>.")]

    def place(self, qualname: str) -> int | None:
        """Return the number of the top-level statement that holds a function."""
        return self._where.get(qualname)

    def piece(self, number: int) -> str:
        """Return the text of a top-level statement, on the lines that it has in the module."""
        first, last = self._spans[number]
        return "\n" * (first - 1) + "\n".join(self._lines[first - 1 : last]) + "\n"

    def text(self, pieces: Mapping[int, str]) -> str:
        """Return the whole text with some of its statements replaced."""
        lines = list(self._lines)
        for number in sorted(pieces, reverse=True):
            first, last = self._spans[number]
            lines[first - 1 : last] = pieces[number][first - 1 :].removesuffix("\n").split("\n")
        return "\n".join(lines)


def _line_span(statement: ast.stmt) -> tuple[int, int]:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(d.lineno for d in decorators)])
    return first, statement.end_lineno or first


class _Workbench:
    """Apply rewrites to a module, and collect what they add to it."""

    def __init__(self, module: Module, certain: bool) -> None:
        self._module = module
        self._certain = certain
        self._scopes: dict[str, Scope | None] = {}
        self.pieces: dict[int, str] = {}
        self.helpers: dict[str, None] = {}
        self.imports: dict[str, None] = {}
        self.applied: list[Applied] = []

    def scope(self, qualname: str) -> Scope | None:
        """Return the scope of a function, None when it is not there or must be left alone."""
        if qualname not in self._scopes:
            self._scopes[qualname] = self._look_at(qualname)
        scope = self._scopes[qualname]
        if scope is not None:
            added = set(_names_defined([*self.helpers, *self.imports]))
            scope.start_over(Additions(list(self.helpers), list(self.imports), added))
        return scope

    def _look_at(self, qualname: str) -> Scope | None:
        number = self._module.place(qualname)
        if number is None:
            return None
        text = self.pieces.get(number) or self._module.piece(number)
        tree = parse(text)
        found = None if isinstance(tree, str) else find_function(tree, qualname)
        if found is None:
            return None
        scope = Scope(Text(text), found[0], around=found[1], module=self._module.names)
        return None if scope.names.frame_is_seen else scope

    def apply(self, rewrite: Rewrite, qualname: str) -> None:
        """Apply a rewrite to a function until it finds no more places."""
        for _ in range(_ROUNDS):
            scope = self.scope(qualname)
            if scope is None:
                return
            sites = [s for s in rewrite.find(scope) if not (self._certain and s.assumption)]
            chosen = _disjoint(sites)
            if not chosen or not self._splice(scope.text_of_module, qualname, chosen):
                return
            for site in chosen:
                self.helpers.update(dict.fromkeys(site.helpers))
                self.imports.update(dict.fromkeys(site.imports))
                mark = Applied(rewrite, qualname, site.line, site.why, site.assumption)
                self.applied.append(mark)

    def _splice(self, text: Text, qualname: str, sites: list[Site]) -> bool:
        """Edit the statement that holds a function, unless the result would not parse."""
        number = self._module.place(qualname)
        assert number is not None
        changed = apply_edits(text.data, [edit for site in sites for edit in site.edits])
        if isinstance(parse(changed), str):
            return False
        self.pieces[number] = changed
        for name in [n for n in self._scopes if self._module.place(n) == number]:
            del self._scopes[name]
        return True


def _disjoint(sites: list[Site]) -> list[Site]:
    chosen: list[Site] = []
    for site in sites:
        if site.edits and not any(overlap(site.edits, other.edits) for other in chosen):
            chosen.append(site)
    return chosen


def _names_defined(additions: Iterable[str]) -> Iterator[str]:
    for addition in additions:
        tree = parse(addition)
        for node in () if isinstance(tree, str) else ast.walk(tree):
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
        elif isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from functions(child, prefix, around)


def definition(source: str, qualname: str) -> str | None:
    """Return the text of a function with its decorators, at the margin."""
    tree = parse(source)
    found = None if isinstance(tree, str) else find_function(tree, qualname)
    return None if found is None else source_of(source, found[0]) + "\n"
