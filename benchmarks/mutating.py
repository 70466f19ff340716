"""First-order mutants of a function: one small change each, made in the text of its file."""

from __future__ import annotations

import ast
import copy
import hashlib
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}
_NAMES = {
    "min": "max", "max": "min", "any": "all", "all": "any", "lower": "upper", "upper": "lower",
    "strip": "lstrip", "lstrip": "rstrip", "rstrip": "lstrip", "startswith": "endswith",
    "endswith": "startswith", "find": "rfind", "split": "rsplit", "partition": "rpartition",
    "rpartition": "partition", "bisect_left": "bisect_right", "bisect_right": "bisect_left",
    "extend": "append", "append": "extend", "search": "match", "ceil": "floor", "floor": "ceil",
}  # fmt: skip
_TEXTS = (ast.JoinedStr, ast.FormattedValue)


@dataclass(frozen=True, slots=True)
class Mutant:
    """Hold the whole text of the file with one change; ``key`` names the change for ever.

    The key depends on the function and its text before and after, not on where in the file it is.
    """

    key: str
    kind: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class _Change:
    node: ast.expr | ast.stmt
    text: str
    kind: str


def mutants(source: str, qualname: str) -> list[Mutant]:
    """List all mutants of a function that compile, each text once, in the order of the text."""
    function = _find(ast.parse(source), qualname)
    found: dict[str, Mutant] = {}
    before = ast.dump(function)
    lines = source.encode().splitlines(keepends=True)
    for change in _changes(function):
        text = _spliced(lines, change)
        after = _parsed(text, function, added=text.count(b"\n") - source.count("\n"))
        if after in ("", before):
            continue
        key = hashlib.sha256(f"{qualname}\n{before}\n{after}".encode()).hexdigest()[:10]
        found.setdefault(key, Mutant(key, change.kind, change.node.lineno, text.decode()))
    return list(found.values())


def _parsed(text: bytes, function: ast.FunctionDef, *, added: int) -> str:
    """Describe the function in a changed text; "" when it does not compile."""
    assert function.end_lineno is not None
    first = min([function.lineno, *[each.lineno for each in function.decorator_list]])
    body = b"".join(text.splitlines(keepends=True)[first - 1 : function.end_lineno + added])
    try:
        tree = ast.parse(textwrap.dedent(body.decode()))
        compile(tree, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return ""
    return ast.dump(tree.body[0])


def _find(tree: ast.AST, qualname: str) -> ast.FunctionDef:
    for part in qualname.split("."):
        tree = next(
            node
            for node in ast.iter_child_nodes(tree)
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == part
        )
    assert isinstance(tree, ast.FunctionDef)
    return tree


def _spliced(lines: list[bytes], change: _Change) -> bytes:
    node = change.node
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: node.end_lineno - 1])) + node.end_col_offset
    body = b"".join(lines)
    return body[:start] + change.text.encode() + body[end:]


def _changes(function: ast.FunctionDef) -> Iterator[_Change]:
    statements = function.body[ast.get_docstring(function) is not None :]
    for statement in statements:
        yield from _within(statement)


def _within(node: ast.AST) -> Iterator[_Change]:
    if isinstance(node, ast.stmt):
        yield from _statement(node)
    elif isinstance(node, _TEXTS):
        return
    elif isinstance(node, ast.expr):
        for other, kind in _expression(node):
            yield _Change(node, f"({ast.unparse(other)})", kind)
    for name, child in ast.iter_fields(node):
        if name in ("annotation", "returns", "args") and isinstance(node, ast.stmt):
            continue
        for inner in child if isinstance(child, list) else [child]:
            if isinstance(inner, ast.AST):
                yield from _within(inner)


def _statement(node: ast.stmt) -> Iterator[_Change]:
    match node:
        case ast.Expr() | ast.Assign() | ast.AugAssign() | ast.Raise() | ast.Delete():
            yield _Change(node, "pass", "statement removed")
        case ast.AnnAssign(value=ast.expr()):
            yield _Change(node, "pass", "statement removed")
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield _Change(node, "return None", "return value")
        case ast.Return(value=None):
            yield _Change(node, "pass", "statement removed")
        case ast.Break():
            yield _Change(node, "continue", "break and continue")
            yield _Change(node, "pass", "statement removed")
        case ast.Continue():
            yield _Change(node, "break", "break and continue")
            yield _Change(node, "pass", "statement removed")
    if isinstance(node, ast.AugAssign) and type(node.op) in _OPERATORS:
        other = copy.deepcopy(node)
        other.op = _OPERATORS[type(node.op)]()
        yield _Change(node, ast.unparse(other), "operator")
        yield _Change(
            node, ast.unparse(ast.Assign([node.target], node.value, lineno=1)), "operator"
        )
    if isinstance(node, ast.If | ast.While):
        yield from _condition(node.test, loop=isinstance(node, ast.While))
    if isinstance(node, ast.For):
        yield _Change(node.iter, "()", "loop removed")


def _condition(test: ast.expr, *, loop: bool) -> Iterator[_Change]:
    """Negate a condition, or decide it; loops without end are left out."""
    yield _Change(test, f"(not ({ast.unparse(test)}))", "condition")
    yield _Change(test, "False", "condition")
    if not loop:
        yield _Change(test, "True", "condition")


def _expression(node: ast.expr) -> Iterator[tuple[ast.expr, str]]:
    match node:
        case ast.Compare():
            yield from _comparison(node)
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield ast.BoolOp(other, node.values), "boolean operator"
            for index in range(len(node.values)):
                left = node.values[:index] + node.values[index + 1 :]
                yield (left[0] if len(left) == 1 else ast.BoolOp(node.op, left)), "operand dropped"
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand, "operator"
        case ast.BinOp() if type(node.op) in _OPERATORS:
            yield ast.BinOp(node.left, _OPERATORS[type(node.op)](), node.right), "operator"
        case ast.Constant():
            yield from ((ast.Constant(value), "constant") for value in _constants(node.value))
        case ast.IfExp():
            yield node.body, "condition"
            yield node.orelse, "condition"
            yield ast.IfExp(node.test, node.orelse, node.body), "condition"
        case ast.Subscript(slice=ast.Slice()):
            yield from _bounds(node)
        case ast.Call():
            yield from _call(node)
        case ast.Name(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()):
            yield from _renamed(node)
        case ast.GeneratorExp() | ast.ListComp() | ast.SetComp() | ast.DictComp():
            yield from _filters(node)


def _renamed(node: ast.Name | ast.Attribute) -> Iterator[tuple[ast.expr, str]]:
    name = node.id if isinstance(node, ast.Name) else node.attr
    if name in _NAMES:
        other = copy.copy(node)
        setattr(other, "id" if isinstance(node, ast.Name) else "attr", _NAMES[name])
        yield other, "another function"


def _comparison(node: ast.Compare) -> Iterator[tuple[ast.expr, str]]:
    for index, operator in enumerate(node.ops):
        for other in _COMPARISONS[type(operator)]:
            operators = [*node.ops[:index], other(), *node.ops[index + 1 :]]
            yield ast.Compare(node.left, operators, node.comparators), "comparison"


def _constants(value: object) -> tuple[object, ...]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (value + 1, value - 1)
    if isinstance(value, float):
        return (value + 1.0,)
    if isinstance(value, str):
        return (value + "X", "") if value else ("X",)
    return ()


def _bounds(node: ast.Subscript) -> Iterator[tuple[ast.expr, str]]:
    bounds = node.slice
    assert isinstance(bounds, ast.Slice)
    for name in ("lower", "upper", "step"):
        value = getattr(bounds, name)
        if value is None:
            continue
        for other in (None, ast.BinOp(value, ast.Add(), ast.Constant(1))):
            changed = copy.deepcopy(bounds)
            setattr(changed, name, other)
            yield ast.Subscript(node.value, changed, ast.Load()), "boundary"


def _call(node: ast.Call) -> Iterator[tuple[ast.expr, str]]:
    plain = [each for each in node.args if not isinstance(each, ast.Starred)]
    if len(plain) == len(node.args) >= 2:
        swapped = [node.args[1], node.args[0], *node.args[2:]]
        yield ast.Call(node.func, swapped, node.keywords), "arguments swapped"
    if len(plain) == len(node.args) and node.args:
        yield ast.Call(node.func, node.args[:-1], node.keywords), "argument dropped"
    for index in range(len(node.keywords)):
        left = node.keywords[:index] + node.keywords[index + 1 :]
        yield ast.Call(node.func, node.args, left), "argument dropped"


def _filters(
    node: ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp,
) -> Iterator[tuple[ast.expr, str]]:
    for index, part in enumerate(node.generators):
        if part.ifs:
            other = copy.deepcopy(node)
            other.generators[index].ifs = []
            yield other, "condition"


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
