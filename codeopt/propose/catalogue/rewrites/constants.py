"""Constants: make once, at import, what is the same in every call."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.scope import Scope
from codeopt.propose.catalogue.vocabulary import words

# where each function of re takes its flags, by position; what is before goes to the method
_FLAGS_AT = {
    "match": 2, "search": 2, "fullmatch": 2, "findall": 2, "finditer": 2,
    "split": 3, "sub": 4, "subn": 4,
}  # fmt: skip


# ------------------------------------------------------------------ re.match("…", s)
def _regex(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        if isinstance(node, ast.Call) and scope.editable(node):
            name = (scope.resolve(node.func) or "").removeprefix("re.")
            if name == "compile" or name in _FLAGS_AT:
                yield from _regex_site(scope, node, name)


def _regex_site(scope: Scope, call: ast.Call, name: str) -> Iterator[Site]:
    split = _split_arguments(call, name)
    if split is None:
        return
    flags, rest, keywords = split
    pattern = call.args[0]
    value = _flags_value(scope, flags)
    if value is None or not _known_pattern(scope, pattern):
        return
    if not _compiles(scope, pattern, value):
        return
    assert isinstance(call.func, ast.Attribute | ast.Name)
    compiler = _compiler(scope, call.func)
    if compiler is None:
        return
    more = f", {scope.text(flags)}" if flags is not None else ""
    base = f"_{scope.function.name.strip('_')}_RE".upper()
    made = f"{compiler}({_outdented(scope, scope.statement(call), pattern)}{more})"
    if name == "compile":
        made = _outdented(scope, scope.statement(call), call)
    constant, helpers = scope.constant(base, made)
    given = [scope.text(a) for a in rest]
    given += [f"{k.arg}={scope.text(k.value)}" for k in keywords]
    new = constant if name == "compile" else f"{constant}.{name}({', '.join(given)})"
    yield Site(
        call.lineno,
        (scope.replace(call, new),),
        "The pattern is compiled once, at import, instead of being looked up in re's cache by "
        "each call.",
        helpers=helpers,
    )


def _compiler(scope: Scope, func: ast.Attribute | ast.Name) -> str | None:
    if isinstance(func, ast.Attribute):
        return f"{scope.text(func.value)}.compile"
    return next((n for n, path in scope.module.imported.items() if path == "re.compile"), None)


Split = tuple[ast.expr | None, list[ast.expr], list[ast.keyword]]


def _split_arguments(call: ast.Call, name: str) -> Split | None:
    """Return the flags of a call to re, and what goes to the method of the pattern."""
    if not call.args or any(isinstance(a, ast.Starred) for a in call.args):
        return None
    at = 1 if name == "compile" else _FLAGS_AT[name]
    if any(k.arg in (None, "pattern") for k in call.keywords) or len(call.args) > at + 1:
        return None
    named = [k.value for k in call.keywords if k.arg == "flags"]
    flags = call.args[at] if len(call.args) > at else (named[0] if named else None)
    rest = call.args[1:at]
    if name != "compile" and not rest and not any(k.arg == "string" for k in call.keywords):
        return None
    return flags, rest, [k for k in call.keywords if k.arg != "flags"]


def _known_pattern(scope: Scope, node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=str() | bytes()):
            return True
        case ast.Name(id=name) if scope.is_constant(name):
            top = scope.around[0] if scope.around else scope.function
            return scope.module.constants[name].lineno < getattr(top, "lineno", 0)
    return False


def _flags_value(scope: Scope, node: ast.expr | None) -> int | None:
    """Return the value of constant flags, None when they are not constant."""
    match node:
        case None:
            return 0
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            a, b = _flags_value(scope, left), _flags_value(scope, right)
            return None if a is None or b is None else a | b
        case ast.Constant(value=int(value)):
            return value
    path = scope.resolve(node) or ""
    flag = getattr(re, path.removeprefix("re."), None) if path.startswith("re.") else None
    return int(flag) if isinstance(flag, re.RegexFlag) else None


def _compiles(scope: Scope, pattern: ast.expr, flags: int) -> bool:
    """Tell whether a pattern compiles without a complaint, so that import stays silent."""
    node = scope.module.constants[pattern.id].value if isinstance(pattern, ast.Name) else pattern
    value = node.value if isinstance(node, ast.Constant) else None
    if not isinstance(value, str | bytes):
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            re.compile(value, flags & ~re.DEBUG)
        except (re.error, Warning, OverflowError, RecursionError, ValueError):
            return False
    return not flags & re.DEBUG


# ------------------------------------------------------------------ Decimal("0.1")
_VALUES = words(
    "decimal.Decimal fractions.Fraction datetime.date datetime.datetime datetime.time "
    "datetime.timedelta"
)
_NUMERIC_DATE = re.compile(r"(?:%[YmdHMSfj%]|[^%])*")


def _value(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        if not isinstance(node, ast.Call) or not node.args + node.keywords:
            continue
        if not _constant_arguments(node) or not scope.editable(node):
            continue
        if _is_value(scope, node):
            base = f"_{scope.function.name.strip('_')}_CONSTANT".upper()
            name, helpers = scope.constant(base, scope.text(node))
            yield Site(
                node.lineno,
                (scope.replace(node, name),),
                "The value can't change, so one that is made at import serves all calls.",
                helpers=helpers,
            )


def _constant_arguments(call: ast.Call) -> bool:
    values = [*call.args, *(k.value for k in call.keywords)]
    named = all(k.arg for k in call.keywords)
    return named and all(_is_constant(v) for v in values)


def _is_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and _is_constant(node.operand)
    return isinstance(node, ast.Constant)


def _is_value(scope: Scope, call: ast.Call) -> bool:
    path = scope.resolve(call.func)
    if path == "datetime.datetime.strptime":
        texts = [a.value for a in call.args if isinstance(a, ast.Constant)]
        return len(texts) == 2 and _parses(str(texts[0]), str(texts[1]))
    return path in _VALUES and _makes(path or "", call)


def _makes(path: str, call: ast.Call) -> bool:
    """Tell whether making the value works: what raises must go on raising in the call."""
    import datetime
    import decimal
    import fractions

    module, _, name = path.partition(".")
    modules = {"datetime": datetime, "decimal": decimal, "fractions": fractions}
    try:
        arguments = [ast.literal_eval(a) for a in call.args]
        named = {str(k.arg): ast.literal_eval(k.value) for k in call.keywords}
        getattr(modules[module], name)(*arguments, **named)
    except (ValueError, TypeError, ArithmeticError):
        return False
    return True


def _parses(text: str, layout: str) -> bool:
    import datetime

    if not _NUMERIC_DATE.fullmatch(layout):
        return False
    try:
        datetime.datetime.strptime(text, layout)
    except ValueError:
        return False
    return True


# ------------------------------------------------------------------ table = {…} in the function
_ENOUGH = 3
_READS = words("get items keys values index count union intersection difference")


def _table(scope: Scope) -> Iterator[Site]:
    for block in scope.blocks():
        for statement in block:
            match statement:
                case ast.Assign(
                    targets=[ast.Name(id=name)],
                    value=ast.Dict() | ast.Set() | ast.List() as value,
                ) if scope.alone(statement) and len(block) > 1:
                    if _is_table(value) and _only_looked_up(scope, name):
                        yield _table_site(scope, statement, name, value)


def _is_table(node: ast.expr) -> bool:
    match node:
        case ast.Dict(keys=keys, values=values):
            flat = [*keys, *values]
        case ast.Set(elts=flat) | ast.List(elts=flat):
            pass
    return len(flat) >= _ENOUGH and all(n is not None and _is_frozen(n) for n in flat)


def _is_frozen(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):
        return all(_is_frozen(e) for e in node.elts)
    return _is_constant(node)


def _only_looked_up(scope: Scope, name: str) -> bool:
    """Tell whether a container is made once and then only asked for its (immutable) contents."""
    if not scope.contained(name) or name in scope.effects(*scope.function.body).mutated:
        return False
    stores = 0
    for use in scope.uses(name):
        parent = scope.parents[use]
        if isinstance(use.ctx, ast.Store):
            stores += 1
        elif not _asks(scope, use, parent):
            return False
    return stores == 1


def _asks(scope: Scope, use: ast.Name, parent: ast.AST) -> bool:
    match parent:
        case ast.Attribute(attr=attr):
            return attr in _READS
        case ast.Subscript(ctx=ast.Load(), value=value):
            return value is use
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[right]):
            return right is use
        case ast.For(iter=source) | ast.comprehension(iter=source):
            return source is use
        case ast.Call(func=ast.Name(id="len" | "sorted" | "min" | "max")):
            return True
    return scope.tested(use)


def _table_site(scope: Scope, statement: ast.Assign, name: str, value: ast.expr) -> Site:
    text = _outdented(scope, statement, value)
    constant, helpers = scope.constant(f"_{name.strip('_')}".upper(), text)
    loads = [use for use in scope.uses(name) if isinstance(use.ctx, ast.Load)]
    edits = [scope.replace(use, constant) for use in loads]
    editable = scope.editable(*loads)
    return Site(
        statement.lineno,
        (*edits, scope.delete(statement)) if editable else (),
        f"`{name}` holds constants, is only read, and never leaves the function.",
        helpers=helpers,
    )


def _outdented(scope: Scope, statement: ast.stmt, value: ast.expr) -> str:
    """Return the text of an expression as it stands at the left margin."""
    first, *rest = scope.text_of_module.segment(value).split("\n")
    margin = len(scope.text_of_module.indent(statement))
    if not rest:
        return first
    regular = all(not line[:margin].strip() for line in rest)
    inside = any(isinstance(n, ast.Constant) and "\n" in str(n.value) for n in ast.walk(value))
    if not regular or inside:
        return ast.unparse(value)
    return "\n".join([first, *(line[margin:] for line in rest)])


REWRITES = (
    Rewrite(
        name="regex-to-module-constant",
        summary="Compile a constant pattern once, at import",
        gain=Gain.LARGE,
        before="""\
import re


def numbers(lines):
    return [line for line in lines if re.match(r"-?[0-9]+", line)]
""",
        after="""\
import re

_NUMBERS_RE = re.compile(r"-?[0-9]+")


def numbers(lines):
    return [line for line in lines if _NUMBERS_RE.match(line)]
""",
        samples=("(['1', 'x', '-2'],)", "([],)"),
        needs="A constant pattern that compiles without a warning, and constant flags.",
        find=_regex,
    ),
    Rewrite(
        name="constant-value-to-module",
        summary="Make a constant Decimal, Fraction, date or timedelta once, at import",
        gain=Gain.LARGE,
        before="""\
from decimal import Decimal


def with_tax(prices):
    return [price * Decimal("1.19") for price in prices]
""",
        after="""\
from decimal import Decimal

_WITH_TAX_CONSTANT = Decimal("1.19")


def with_tax(prices):
    return [price * _WITH_TAX_CONSTANT for price in prices]
""",
        samples=("([1, 2],)", "([],)"),
        needs="A constructor of an immutable standard type with constant arguments that it "
        "accepts; strptime only with numeric directives, which no locale changes.",
        find=_value,
    ),
    Rewrite(
        name="constant-table-to-module",
        summary="Make a constant dictionary, set or list once, at import",
        gain=Gain.LARGE,
        before="""\
def roman(text):
    values = {"I": 1, "V": 5, "X": 10}
    return [values[char] for char in text]
""",
        after="""\
_VALUES = {"I": 1, "V": 5, "X": 10}


def roman(text):
    return [_VALUES[char] for char in text]
""",
        samples=("('XIV',)", "('',)"),
        needs="A container of constants that is bound once, only looked up, and never handed out.",
        find=_table,
    ),
)
