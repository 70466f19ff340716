"""Compare two versions of files as syntax trees: what changed, what was added, what was lost."""

from __future__ import annotations

import ast
import builtins
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import decode_source

from codeopt.model.candidate import Patch
from codeopt.model.code import FunctionId

Function = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class FileText:
    """Hold the text of one file before and after; None where it does not exist."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """Hold a change to be judged.

    ``targets`` are the functions that it says it changes, ``locked`` further globs that it may not
    touch, ``packages`` the top-level modules that the project already depends on.
    """

    files: tuple[FileText, ...]
    targets: frozenset[FunctionId]
    locked: tuple[str, ...] = ()
    packages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Imported:
    """Name one imported thing: ``from module import name as alias`` (``name`` empty: a module)."""

    module: str
    name: str
    alias: str
    level: int

    @property
    def bound(self) -> str:
        """Return the name that the import binds."""
        return self.alias or self.name or self.module.partition(".")[0]

    @property
    def dotted(self) -> str:
        """Return the full name of what the bound name means."""
        prefix = "." * self.level + self.module
        if self.name:
            return f"{prefix}.{self.name}"
        return prefix if self.alias else prefix.partition(".")[0]

    def __str__(self) -> str:
        what = f"from {'.' * self.level}{self.module} import {self.name}" if self.name else ""
        return (what or f"import {self.module}") + (f" as {self.alias}" if self.alias else "")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Pair the definitions of one function before and after (several for a property)."""

    qualname: str
    before: tuple[Function, ...]
    after: tuple[Function, ...]
    owner: ast.ClassDef | None = None


@dataclass(frozen=True, slots=True)
class FileDiff:
    """Hold what differs in one file, sorted by what the gate thinks of it.

    ``helpers`` are new private module-level statements, ``methods`` new private methods in the
    classes of targets, ``foreign`` texts of everything else that changed, ``lost`` and ``gained``
    the public names that went and came.
    """

    path: str
    before: ast.Module
    after: ast.Module
    functions: tuple[Rewritten, ...]
    helpers: tuple[ast.stmt, ...]
    methods: tuple[Function, ...]
    imports: tuple[Imported, ...]
    foreign: tuple[str, ...]
    lost: tuple[str, ...]
    gained: tuple[str, ...]

    @property
    def new_code(self) -> tuple[ast.stmt, ...]:
        """Return every statement that the candidate wrote."""
        rewritten = tuple(node for function in self.functions for node in function.after)
        return (*rewritten, *self.methods, *self.helpers)

    @property
    def old_code(self) -> tuple[ast.stmt, ...]:
        """Return the statements that the candidate replaced."""
        return tuple(node for function in self.functions for node in function.before)


def change_of(
    patch: Patch,
    targets: Iterable[FunctionId],
    *,
    locked: tuple[str, ...] = (),
    packages: Iterable[str] = (),
) -> Change:
    """Build the change that a patch makes; files that are no text keep their bytes as Latin-1."""
    files = tuple(FileText(f.path, _text(f.before), _text(f.after)) for f in patch.files)
    return Change(files, frozenset(targets), locked, frozenset(packages))


def changed_functions(path: str, before: str, after: str) -> tuple[FunctionId, ...]:
    """List the existing functions and methods (not nested ones) whose syntax differs.

    Raises SyntaxError when either text can't be parsed.
    """
    old, new = _functions(ast.parse(before)), _functions(ast.parse(after))
    return tuple(
        FunctionId(path, name)
        for name, nodes in old.items()
        if name in new and _dumps(nodes) != _dumps(new[name])
    )


def compare(file: FileText, targets: frozenset[FunctionId]) -> FileDiff:
    """Compare a file that exists on both sides; raise SyntaxError when it can't be parsed."""
    before, after = ast.parse(file.before or ""), ast.parse(file.after or "")
    own = {target.qualname for target in targets if target.path == file.path}
    names = {name.partition(".<locals>")[0] for name in own}
    pairs = tuple(_rewritten(before, after, names))
    owners = {name.rpartition(".")[0] for name in names if "." in name}
    blank = _Blank(names, owners, set(_functions(before)))
    old_rest, new_rest = _rest(blank, file.before or ""), _rest(blank, file.after or "")
    removed, added = _sequence_difference(old_rest, new_rest)
    taken = set(_module_names(before)) | set(dir(builtins))
    helpers = tuple(node for node in added if _is_helper(node, taken))
    foreign = [*removed, *(node for node in added if node not in helpers)]
    gone, came = _import_difference(before, after)
    was, now = _public(before), _public(after)
    shadowing = tuple(f"{item} hides a name" for item in came if item.bound in taken)
    return FileDiff(
        file.path,
        before,
        after,
        pairs,
        helpers,
        tuple(blank.methods),
        came,
        (
            *dict.fromkeys(map(_describe, foreign)),
            *(f"{item} is gone" for item in gone),
            *shadowing,
        ),
        tuple(sorted(was - now)),
        tuple(sorted(now - was - {item.bound for item in came})),
    )


def functions_in(nodes: Iterable[ast.AST]) -> Iterator[Function]:
    """Yield every function below the nodes, the nodes included."""
    for node in nodes:
        yield from (inner for inner in ast.walk(node) if isinstance(inner, _FUNCTION))


def imports_in(nodes: Iterable[ast.AST]) -> Iterator[Imported]:
    """Yield every name imported anywhere below the nodes."""
    for top in nodes:
        for node in ast.walk(top):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Imported(alias.name, "", alias.asname or "", 0)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    yield Imported(node.module or "", alias.name, alias.asname or "", node.level)


def body_of(function: Function) -> list[ast.stmt]:
    """Return the statements of a function without its docstring."""
    return function.body[1:] if docstring_of(function) is not None else function.body


def docstring_of(function: Function) -> str | None:
    """Return the docstring as it is written."""
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        value = first.value.value
        return value if isinstance(value, str) else None
    return None


def same_code(before: tuple[Function, ...], after: tuple[Function, ...]) -> bool:
    """Tell whether functions differ in nothing but their docstrings."""

    def dumps(nodes: tuple[Function, ...]) -> list[str]:
        return [
            ast.dump(node.args)
            + "".join(map(ast.dump, (*node.decorator_list, *body_of(node))))
            + type(node).__name__
            + (ast.dump(node.returns) if node.returns else "")
            for node in nodes
        ]

    return dumps(before) == dumps(after)


def target_names(node: ast.AST) -> Iterator[str]:
    """Yield the plain names that a statement binds."""
    if isinstance(node, (*_FUNCTION, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            names = (n for n in ast.walk(target) if isinstance(n, ast.Name))
            yield from (name.id for name in names if isinstance(name.ctx, ast.Store))


def _text(data: bytes) -> str | None:
    if not data:
        return None
    try:
        return decode_source(data)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return data.decode("latin-1")


def _functions(tree: ast.Module) -> dict[str, tuple[Function, ...]]:
    """Index functions and methods by qualified name; nested ones belong to their outer one."""
    found: dict[str, tuple[Function, ...]] = {}

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, _FUNCTION):
                name = prefix + child.name
                found[name] = (*found.get(name, ()), child)
            elif isinstance(child, ast.ClassDef):
                visit(child, f"{prefix}{child.name}.")
            elif not isinstance(child, ast.expr):
                visit(child, prefix)

    visit(tree, "")
    return found


def _dumps(nodes: Iterable[ast.AST]) -> list[str]:
    return [ast.dump(node) for node in nodes]


def _rewritten(before: ast.Module, after: ast.Module, names: set[str]) -> Iterator[Rewritten]:
    old, new = _functions(before), _functions(after)
    classes = {name: node for name, node in _classes(before)}
    for name in sorted(names):
        if _dumps(old.get(name, ())) != _dumps(new.get(name, ())):
            owner = classes.get(name.rpartition(".")[0])
            yield Rewritten(name, old.get(name, ()), new.get(name, ()), owner)


def _classes(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.ClassDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield prefix + child.name, child
            yield from _classes(child, f"{prefix}{child.name}.")
        elif not isinstance(child, (*_FUNCTION, ast.expr)):
            yield from _classes(child, prefix)


class _Blank(ast.NodeTransformer):
    """Replace targets by a mark and collect new private methods of their classes."""

    def __init__(self, names: set[str], owners: set[str], known: set[str]) -> None:
        self.names, self.owners, self.known = names, owners, known
        self.methods: list[Function] = []
        self.prefix = ""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        outer, self.prefix = self.prefix, f"{self.prefix}{node.name}."
        self.generic_visit(node)
        self.prefix = outer
        return node

    def visit_FunctionDef(self, node: Function) -> ast.AST | None:
        name = self.prefix + node.name
        if name in self.names:
            return ast.Expr(ast.Constant(f"<target {name}>"))
        if self._is_new_method(name, node):
            self.methods.append(node)
            return None
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def _is_new_method(self, name: str, node: Function) -> bool:
        plain = {"staticmethod", "classmethod"}
        return (
            self.prefix[:-1] in self.owners
            and name not in self.known
            and is_private(node.name)
            and all(isinstance(d, ast.Name) and d.id in plain for d in node.decorator_list)
        )


def is_private(name: str) -> bool:
    """Tell whether a name is private: one leading underscore, and no dunder."""
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def _sequence_difference(
    old: list[ast.stmt], new: list[ast.stmt]
) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """Return the statements that went and came; what moved did both."""
    keys = [ast.dump(node) for node in old], [ast.dump(node) for node in new]
    matcher = difflib.SequenceMatcher(None, *keys, autojunk=False)
    removed: list[ast.stmt] = []
    added: list[ast.stmt] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            removed += old[i:j]
            added += new[k:m]
    return removed, added


def _rest(blank: _Blank, text: str) -> list[ast.stmt]:
    """Return a module's statements but for imports, with the targets blanked out in place."""
    nodes = [blank.visit(node) for node in ast.parse(text).body]  # cheaper than a deep copy
    return [n for n in nodes if n is not None and not isinstance(n, (ast.Import, ast.ImportFrom))]


def _import_difference(
    before: ast.Module, after: ast.Module
) -> tuple[list[Imported], tuple[Imported, ...]]:
    old, new = (
        list(imports_in(n for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))))
        for tree in (before, after)
    )
    return [i for i in old if i not in new], tuple(i for i in new if i not in old)


def _is_helper(node: ast.stmt, taken: set[str]) -> bool:
    """Accept a new private function, class or constant whose name was free."""
    if not isinstance(node, (*_FUNCTION, ast.ClassDef, ast.Assign, ast.AnnAssign)):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else []
    if any(not isinstance(target, (ast.Name, ast.Tuple)) for target in targets):
        return False
    names = list(target_names(node))
    return bool(names) and all(is_private(name) and name not in taken for name in names)


def _module_names(tree: ast.Module) -> Iterator[str]:
    """Yield the names bound at module level, those in ``if`` and ``try`` included."""
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        yield from target_names(node)
        yield from (item.bound for item in _own_imports(node))
        if not isinstance(node, (*_FUNCTION, ast.ClassDef, ast.expr)):
            pending += ast.iter_child_nodes(node)


def _own_imports(node: ast.AST) -> Iterator[Imported]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from imports_in([node])


def _public(tree: ast.Module) -> set[str]:
    """Return public names of a module and of its classes."""
    names = {name for name in _module_names(tree) if not is_private(name)}
    methods = {name for name in _functions(tree) if not any(map(is_private, name.split(".")))}
    return names | methods


def _describe(node: ast.stmt) -> str:
    if isinstance(node, (*_FUNCTION, ast.ClassDef)):
        return node.name
    text = ast.unparse(node).splitlines()[0]
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"
