"""The rules of the static gate, in the order in which they are tried (see ``docs/gate.md``)."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from codeopt.model.reasons import Code, Reason
from codeopt.verify.change import (
    Change,
    FileDiff,
    Function,
    Imported,
    Rewritten,
    body_of,
    docstring_of,
    functions_in,
    imports_in,
)
from codeopt.verify.constructs import READS, Construct, Names, constructs, forbidden_module
from codeopt.verify.duties import dropped
from codeopt.verify.patching import patches
from codeopt.verify.staleness import outdated, stale

PURE_MODULES = frozenset(
    {
        *("math", "cmath", "itertools", "functools", "collections", "operator", "bisect", "heapq"),
        *("re", "string", "array", "struct", "enum", "dataclasses", "typing", "numbers", "decimal"),
        *("fractions", "statistics", "textwrap", "unicodedata", "copy", "base64", "binascii"),
        *("hashlib", "zlib", "html", "abc", "contextlib", "graphlib", "keyword", "difflib"),
        *("datetime", "calendar", "colorsys", "json", "weakref", "stringprep"),
    }
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold one rule: the code of its reason, and the function that finds violations."""

    code: Code
    find: Callable[[FileDiff, Change], Iterator[str]]
    hint: str = ""

    @property
    def name(self) -> str:
        """Return the name of the rule as the documentation has it."""
        return self.find.__name__.replace("_", "-")

    @property
    def text(self) -> str:
        """Return what the rule demands, in one line."""
        return (self.find.__doc__ or "").splitlines()[0]

    def violations(self, diff: FileDiff, change: Change) -> Iterator[Reason]:
        """Yield a reason for every violation in a file."""
        for text in self.find(diff, change):
            yield Reason(self.code, f"{diff.path}: {text}", self.hint)


def public_names(diff: FileDiff, change: Change) -> Iterator[str]:
    """Public names of the file and its classes stay, and none is added."""
    for name in diff.lost:
        yield f"the public name {name} is gone"
    for name in diff.gained:
        yield f"the public name {name} is new"


def other_code(diff: FileDiff, change: Change) -> Iterator[str]:
    """Only the declared targets change; private functions, classes and constants may be added."""
    for text in diff.foreign:
        yield f"{text} changes, which is no target"
    for function in diff.functions:
        if len(function.before) != len(function.after):
            yield f"{function.qualname} is defined {len(function.after)} times"


def doctests(diff: FileDiff, change: Change) -> Iterator[str]:
    """The examples in a docstring are tests, and the docstring of a decorated function is data."""
    for function, old, new in _pairs(diff):
        before, after = docstring_of(old) or "", docstring_of(new) or ""
        if before != after and (_examples(before) != _examples(after) or old.decorator_list):
            yield f"the docstring of {function.qualname} changes"


def kind(diff: FileDiff, change: Change) -> Iterator[str]:
    """A function stays what it is: plain, generator, coroutine or asynchronous generator."""
    for function, old, new in _pairs(diff):
        if _kind(old) != _kind(new):
            yield f"{function.qualname} turns from a {_kind(old)} into a {_kind(new)}"


def signature(diff: FileDiff, change: Change) -> Iterator[str]:
    """Parameters keep names, kinds and defaults; annotations too where something may read them."""
    for function, old, new in _pairs(diff):
        if _signature(old) != _signature(new):
            yield f"the signature of {function.qualname} changes"
        elif _annotations_matter(function, old) and _annotations(old) != _annotations(new):
            yield f"the annotations of {function.qualname} change"


def decorators(diff: FileDiff, change: Change) -> Iterator[str]:
    """Decorators stay, in their order."""
    for function, old, new in _pairs(diff):
        if [ast.dump(d) for d in old.decorator_list] != [ast.dump(d) for d in new.decorator_list]:
            yield f"the decorators of {function.qualname} change"


def stub(diff: FileDiff, change: Change) -> Iterator[str]:
    """Functions have bodies: no ``pass``, no ``...``, no NotImplementedError instead of code."""
    old_stubs = {f.name for f in functions_in(diff.old_code) if _is_stub(f)}
    for function in functions_in(diff.new_code):
        if function.name not in old_stubs and _is_stub(function):
            yield f"{function.name} has no body"
    if _ellipses(diff.new_code) > _ellipses(diff.old_code):
        yield "the code has `...` where code is missing"


def imports(diff: FileDiff, change: Change) -> Iterator[str]:
    """New imports are pure modules of the standard library, or what the project already uses."""
    known = {item.module.partition(".")[0] for item in imports_in([diff.before]) if not item.level}
    inner = set(imports_in(diff.new_code)) - set(imports_in([diff.before]))
    for item in dict.fromkeys([*diff.imports, *sorted(inner, key=str)]):
        if not _may_import(item, known, change.packages):
            yield f"`{item}` is not allowed"


def constructs_kept(diff: FileDiff, change: Change) -> Iterator[str]:
    """Nothing impure comes in: only the clocks, files, threads … that the old code had may stay."""
    names, old_names = Names(diff.after), Names(diff.before)
    had = set(_identities(constructs(diff.old_code, old_names)))
    reads = any(kind == READS for kind, _ in had)  # reading files in another way is fair
    for found in constructs(diff.new_code, names):
        if (found.kind, found.what) not in had and not (reads and found.kind == READS):
            yield f"{found.what} {found.kind} (line {found.line})"


def patching(diff: FileDiff, change: Change) -> Iterator[str]:
    """Nothing outside of the function is assigned to: modules, classes, built-ins, old globals."""
    foreign = frozenset(_module_names(diff.before)) - {f.qualname for f in diff.functions}
    names = Names(diff.after)
    had = set(_identities(patches(diff.old_code, Names(diff.before), foreign)))
    for found in patches(diff.new_code, names, foreign):
        if (found.kind, found.what) not in had:
            yield f"{found.what}: the code {found.kind} (line {found.line})"


def classes(diff: FileDiff, change: Change) -> Iterator[str]:
    """New classes have no finalizers, are no proxies, and are not equal to everything."""
    for node in (n for top in diff.new_code for n in ast.walk(top) if isinstance(n, ast.ClassDef)):
        for method in functions_in(node.body):
            if method.name in {"__del__", "__getattr__", "__getattribute__"}:
                yield f"the class {node.name} defines {method.name}"
            if method.name in {"__eq__", "__ne__", "__instancecheck__"} and _is_constant(method):
                yield f"the class {node.name} is equal to everything"


def duties(diff: FileDiff, change: Change) -> Iterator[str]:
    """What no result shows stays: locks, waits, time limits, syncs, constant time, type(self)."""
    for text in dropped(diff):
        yield f"the old code {text}, and the new code does not"


def freshness(diff: FileDiff, change: Change) -> Iterator[str]:
    """What is kept from call to call is not made from what changes: globals, clocks, files."""
    for keeper, used in (*stale(diff), *outdated(diff)):
        yield f"{keeper} is made from {used}, which may change"


RULES = (
    Rule(Code.KIND, kind),
    Rule(Code.SIGNATURE, signature),
    Rule(Code.DECORATORS, decorators),
    Rule(Code.STUB, stub, "write the whole function"),
    Rule(Code.LOCKED_FILE, doctests, "leave the docstring as it is"),
    Rule(Code.PUBLIC_NAME, public_names, "start the names of helpers with an underscore"),
    Rule(Code.OTHER_CODE, other_code, "leave everything but the target as it is"),
    Rule(Code.IMPORT, imports),
    Rule(Code.FORBIDDEN, constructs_kept),
    Rule(Code.FORBIDDEN, patching),
    Rule(Code.FORBIDDEN, classes),
    Rule(Code.FORBIDDEN, duties, "no comparison shows what comes of leaving it out: keep it"),
    Rule(Code.FORBIDDEN, freshness, "compute it in every call, or make it part of the key"),
)


def _pairs(diff: FileDiff) -> Iterator[tuple[Rewritten, Function, Function]]:
    for function in diff.functions:
        for old, new in zip(function.before, function.after, strict=False):
            yield function, old, new


def _examples(docstring: str) -> list[str]:
    """Return the lines from the first prompt to the last text: what doctest may look at."""
    lines = docstring.rstrip().splitlines()
    first = next((i for i, line in enumerate(lines) if line.lstrip().startswith(">>>")), None)
    return [] if first is None else [line.strip() for line in lines[first:]]


def _kind(function: Function) -> str:
    yields = any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in _own_nodes(function))
    if isinstance(function, ast.AsyncFunctionDef):
        return "asynchronous generator" if yields else "coroutine function"
    return "generator" if yields else "plain function"


def _own_nodes(function: Function) -> Iterator[ast.AST]:
    """Yield the nodes of a function's body but those of functions inside it."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            pending += ast.iter_child_nodes(node)


def _signature(function: Function) -> str:
    args = function.args

    def plain(items: list[ast.arg]) -> tuple[str, ...]:
        return tuple(item.arg for item in items)

    parts = (
        plain(args.posonlyargs),
        plain(args.args),
        plain(args.kwonlyargs),
        args.vararg and args.vararg.arg,
        args.kwarg and args.kwarg.arg,
        [ast.dump(default) for default in args.defaults],
        [default and ast.dump(default) for default in args.kw_defaults],
        [ast.dump(parameter) for parameter in getattr(function, "type_params", [])],
    )
    return repr(parts)


def _annotations(function: Function) -> str:
    copy = ast.dump(function.args)
    return copy + (ast.dump(function.returns) if function.returns else "")


def _annotations_matter(function: Rewritten, node: Function) -> bool:
    """Decorators and the classes around a method may read annotations (pydantic, dispatch)."""
    owner = function.owner
    return bool(node.decorator_list) or (
        owner is not None and bool(owner.decorator_list or owner.bases)
    )


def _is_stub(function: Function) -> bool:
    body = [node for node in body_of(function) if not isinstance(node, ast.Pass)]
    if not body:
        return True
    first = body[0]
    if isinstance(first, ast.Raise) and first.exc is not None:
        raised = first.exc.func if isinstance(first.exc, ast.Call) else first.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return all(_is_ellipsis(node) for node in body)


def _is_ellipsis(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and node.value.value is Ellipsis
    )


def _ellipses(nodes: tuple[ast.stmt, ...]) -> int:
    return sum(_is_ellipsis(inner) for node in nodes for inner in ast.walk(node))


def _may_import(item: Imported, known: set[str], packages: frozenset[str]) -> bool:
    top = item.module.partition(".")[0]
    parts = {*item.module.split("."), item.name}
    if item.name == "*" or top == "__future__" or parts & {"tests", "test", "conftest"}:
        return False
    if item.level:
        return True
    used = top in known or (top in packages and top not in sys.stdlib_module_names)
    if forbidden_module(item):
        return top in known  # whether what it gives may be used is the next rule's question
    return used or top in PURE_MODULES


def _identities(found: Iterator[Construct]) -> Iterator[tuple[str, str]]:
    return ((construct.kind, construct.what) for construct in found)


def _module_names(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif not isinstance(node, (ast.Import, ast.ImportFrom)):
            stores = (n for n in ast.walk(node) if isinstance(n, ast.Name))
            yield from (n.id for n in stores if isinstance(n.ctx, ast.Store))


def _is_constant(method: Function) -> bool:
    """Tell whether a method does nothing but return a constant."""
    body = body_of(method)
    return (
        len(body) == 1
        and isinstance(body[0], ast.Return)
        and isinstance(body[0].value, ast.Constant)
        and body[0].value.value is not NotImplemented
    )
