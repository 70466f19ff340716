"""Strings: join instead of adding, f-strings instead of formatting calls."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator

from codeopt.propose.catalogue.inference import Type
from codeopt.propose.catalogue.names import runs_through, walk_inline
from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.scope import Scope
from codeopt.propose.catalogue.text import Edit


# ------------------------------------------------------------------ s += piece
def _concatenation(scope: Scope) -> Iterator[Site]:
    for block in scope.blocks():
        for position, loop in enumerate(block):
            if not isinstance(loop, ast.For | ast.While) or scope.guarded(loop):
                continue
            for name in sorted(_grown_strings(loop)):
                create = _start(block[:position], name, scope)
                if create is not None and scope.alone(loop, create):
                    yield from _join_after(scope, name, create, loop)


def _grown_strings(loop: ast.For | ast.While) -> set[str]:
    return {
        node.target.id
        for node in walk_inline(*loop.body)
        if isinstance(node, ast.AugAssign)
        and isinstance(node.op, ast.Add)
        and isinstance(node.target, ast.Name)
    }


def _start(before: list[ast.stmt], name: str, scope: Scope) -> ast.Assign | None:
    """Return the assignment of a string constant that alone gives the name its first value."""
    for statement in reversed(before):
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Constant(value=str())):
                if target == name:
                    return statement
        if scope.used_in(name, statement):
            return None
    return None


def _join_after(
    scope: Scope, name: str, create: ast.Assign, loop: ast.For | ast.While
) -> Iterator[Site]:
    steps = [u for u in scope.uses(name) if scope.inside_of(u, loop)]
    added = [scope.parents[u] for u in steps]
    additions = [a for a in added if isinstance(a, ast.AugAssign) and a.target in steps]
    if len(additions) != len(added) or not scope.plain(name) or loop.orelse:
        return
    if not scope.alone(*additions) or any(
        isinstance(n, ast.Yield | ast.YieldFrom | ast.Await) for n in walk_inline(*loop.body)
    ):
        return
    parts = scope.fresh(f"{name}_parts")
    exact = all(scope.exact(a.value) == Type("str") for a in additions)
    start = "" if scope.same(create.value, ast.Constant("")) else scope.text(create.value)
    edits = [_collect(scope, addition, parts) for addition in additions]
    edits.append(scope.replace(create.targets[0], parts))
    edits.append(scope.replace(create.value, f"[{start}]"))
    edits.append(scope.after(loop, f'{name} = "".join({parts})'))
    yield Site(
        additions[0].lineno,
        tuple(edits),
        f"The loop only adds to `{name}`; the pieces are joined once, in the same order.",
        "" if exact else f"what is added to `{name}` are strings",
    )


def _collect(scope: Scope, addition: ast.AugAssign, parts: str) -> Edit:
    return scope.rebuild(addition, addition, [f"{parts}.append({scope.text(addition.value)})"])


# ------------------------------------------------------------------ "…".format(…)
def _format_call(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Constant(value=str(template)), attr="format"),
                args=args,
                keywords=[],
            ) if args and all(_plain_argument(scope, a) for a in args) and _worth_it(scope, node):
                text = _from_format(scope, template, args)
                if text is not None:
                    yield Site(
                        node.lineno,
                        (scope.replace(node, text),),
                        "An f-string formats with the same protocol, without a call.",
                    )


def _worth_it(scope: Scope, node: ast.expr) -> bool:
    """Tell whether a text is made in the course of the work, not for an error."""
    return scope.editable(node) and not scope.inside(node, (ast.Raise, ast.Assert))


def _plain_argument(scope: Scope, node: ast.expr) -> bool:
    """Tell whether an argument can stand inside an f-string on every supported Python."""
    plain = isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.BinOp)
    text = scope.text(node)
    calls = any(isinstance(n, ast.Call | ast.Starred | ast.Lambda) for n in ast.walk(node))
    return plain and not calls and not any(c in text for c in "'\"\\\n{}!:")


def _from_format(scope: Scope, template: str, args: list[ast.expr]) -> str | None:
    pieces, used, numbered = [], [], 0
    try:
        fields = list(string.Formatter().parse(template))
    except ValueError:
        return None
    for literal, name, spec, conversion in fields:
        pieces.append(_quoted(literal))
        if name is None:
            continue
        if not (name == "" or name.isdecimal()) or "{" in (spec or ""):
            return None
        index = int(name) if name else numbered
        numbered += not name
        used.append(index)
        if index >= len(args):
            return None
        pieces.append(_field(scope.text(args[index]), spec or "", conversion or ""))
    complete = used == list(range(len(args)))
    return _f_string("".join(pieces)) if complete else None


def _quoted(literal: str) -> str:
    escaped = literal.replace("\\", "\\\\").replace('"', '\\"')
    for char, code in (("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        escaped = escaped.replace(char, code)
    return escaped.replace("{", "{{").replace("}", "}}")


def _field(text: str, spec: str, conversion: str) -> str:
    tail = (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
    return "{" + text + tail + "}"


def _f_string(inner: str) -> str | None:
    text = f'f"{inner}"'
    try:
        compile(text, "<f-string>", "eval")
    except (SyntaxError, ValueError):
        return None
    return text if inner.isprintable() else None


# ------------------------------------------------------------------ "…" % (…)
def _percent(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case ast.BinOp(left=ast.Constant(value=str(template)), op=ast.Mod(), right=right):
                args = right.elts if isinstance(right, ast.Tuple) else [right]
                single = isinstance(right, ast.Tuple) or _never_tuple(scope, right)
                if single and all(_plain_argument(scope, a) for a in args):
                    text = _from_percent(scope, template, args)
                    if text is not None and _worth_it(scope, node):
                        yield Site(
                            node.lineno,
                            (scope.replace(node, text),),
                            "An f-string with `!s` or `!r` calls str or repr, as `%s` and `%r` do.",
                        )


def _never_tuple(scope: Scope, node: ast.expr) -> bool:
    kind = scope.exact(node)
    return kind is not None and kind.name in ("str", "int", "float")


def _from_percent(scope: Scope, template: str, args: list[ast.expr]) -> str | None:
    pieces, rest = [], list(args)
    at = 0
    while True:
        found = template.find("%", at)
        if found < 0:
            break
        pieces.append(_quoted(template[at:found]))
        code = template[found + 1 : found + 2]
        at = found + 2
        if code == "%":
            pieces.append("%")
            continue
        field = _percent_field(scope, code, rest.pop(0)) if rest else None
        if field is None:
            return None
        pieces.append(field)
    pieces.append(_quoted(template[at:]))
    return None if rest else _f_string("".join(pieces))


def _percent_field(scope: Scope, code: str, node: ast.expr) -> str | None:
    text, kind = scope.text(node), scope.exact(node)
    if code == "s":
        return _field(text, "", "" if kind in (Type("str"), Type("int")) else "s")
    if code == "r":
        return _field(text, "", "r")
    return _field(text, "", "") if code == "d" and kind == Type("int") else None


# ------------------------------------------------------------------ "".join(x for x in y)
def _join_generator(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case ast.Call(
                func=ast.Attribute(value=owner, attr="join"),
                args=[ast.GeneratorExp() as generator],
                keywords=[],
            ) if scope.exact(owner) == Type("str") and scope.editable(node):
                if runs_through(generator):
                    yield Site(
                        node.lineno,
                        (scope.replace(generator, _bracketed(scope, generator)),),
                        "join makes a list of what it is given first; a list saves the detour.",
                    )


def _bracketed(scope: Scope, generator: ast.GeneratorExp) -> str:
    """Return the text of a list comprehension that stands where a generator stood."""
    segment = scope.text_of_module.segment(generator)
    return f"([{segment[1:-1]}])" if _is_bare_argument(scope, generator) else f"[{segment[1:-1]}]"


def _is_bare_argument(scope: Scope, generator: ast.GeneratorExp) -> bool:
    """Tell whether the parentheses around a generator are those of the call it is given to."""
    call = scope.parents[generator]
    assert isinstance(call, ast.Call)
    return scope.text_of_module.end(generator) == scope.text_of_module.end(call)


REWRITES = (
    Rewrite(
        name="string-concatenation-to-join",
        summary="Join the pieces of a string once instead of adding in a loop",
        gain=Gain.ORDER,
        before="""\
def render(rows):
    text = "<"
    for row in rows:
        for cell in row:
            text += str(cell)
            text += ","
    return text
""",
        after="""\
def render(rows):
    text_parts = ["<"]
    for row in rows:
        for cell in row:
            text_parts.append(str(cell))
            text_parts.append(",")
    text = "".join(text_parts)
    return text
""",
        samples=("([[1, 2], ['x']],)", "([],)"),
        needs="The string starts as a constant, the loop does nothing with it but `+=`, and no "
        "`try` or `yield` is around that could show it half-made.",
        find=_concatenation,
    ),
    Rewrite(
        name="join-generator-to-list",
        summary="Give join a list, which it would make anyway",
        gain=Gain.SMALL,
        before="""\
def csv(values):
    return ",".join(str(value) for value in values)
""",
        after="""\
def csv(values):
    return ",".join([str(value) for value in values])
""",
        samples=("([1, 'a', None],)", "([],)"),
        needs="The separator is a string, and the generator awaits nothing.",
        find=_join_generator,
    ),
    Rewrite(
        name="format-call-to-f-string",
        summary="Format by an f-string instead of a call to format",
        gain=Gain.SMALL,
        before="""\
def label(name, size):
    return "{}: {:>6.2f}".format(name, size)
""",
        after="""\
def label(name, size):
    return f"{name}: {size:>6.2f}"
""",
        samples=("('a', 1.5)", "(None, 2)", "('é', -0.0)"),
        needs="A constant template with plain fields, each argument used once and in order, and "
        "arguments without calls or quotes.",
        find=_format_call,
    ),
    Rewrite(
        name="percent-to-f-string",
        summary="Format by an f-string instead of `%`",
        gain=Gain.SMALL,
        before="""\
def label(name, size):
    return "%s = %r (100%%)" % (name, size)
""",
        after="""\
def label(name, size):
    return f"{name!s} = {size!r} (100%)"
""",
        samples=("('a', 'b')", "(1, None)", "((1, 2), [3])"),
        needs="`%s` and `%r` (and `%d` of integers) with a tuple of arguments, or one that "
        "certainly is none.",
        find=_percent,
    ),
)
