"""Conditions: one call or one test instead of several."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from codeopt.propose.catalogue.inference import Type
from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.scope import Scope
from codeopt.propose.catalogue.text import Edit

Part = tuple[str, ast.expr]


def _runs(
    scope: Scope, recognise: Callable[[Scope, ast.expr], Part | None]
) -> Iterator[tuple[ast.BoolOp, list[ast.expr], list[ast.expr]]]:
    """Yield neighbours in an ``or`` that ask the same of the same thing."""
    for node in scope.nodes():
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and scope.editable(node):
            run: list[ast.expr] = []
            answers: list[ast.expr] = []
            subject = ""
            for value in node.values:
                part = recognise(scope, value)
                if part is None or part[0] != subject:
                    if len(run) > 1 and _balanced(scope, run):
                        yield node, run, answers
                    run, answers, subject = [], [], part[0] if part else ""
                if part is not None:
                    run.append(value)
                    answers.append(part[1])
            if len(run) > 1 and _balanced(scope, run):
                yield node, run, answers


def _balanced(scope: Scope, run: list[ast.expr]) -> bool:
    """Tell whether the text from the first to the last of a run closes what it opens."""
    source = scope.text_of_module
    text = source.cut(source.start(run[0]), source.end(run[-1]))
    return text.count("(") == text.count(")") and "#" not in text


def _merged(scope: Scope, run: list[ast.expr], text: str, why: str, assumption: str) -> Site:
    source = scope.text_of_module
    edit = Edit(source.start(run[0]), source.end(run[-1]), text)
    return Site(run[0].lineno, (edit,), why, assumption)


# ------------------------------------------------------------------ isinstance(x, A) or …
def _isinstance_part(scope: Scope, node: ast.expr) -> Part | None:
    match node:
        case ast.Call(
            func=ast.Name(id="isinstance"),
            args=[ast.Name() as subject, ast.Name() | ast.Attribute() as kind],
            keywords=[],
        ) if scope.is_builtin("isinstance"):
            return ast.dump(subject), kind
    return None


def _isinstance_chain(scope: Scope) -> Iterator[Site]:
    for _, run, kinds in _runs(scope, _isinstance_part):
        first = run[0]
        assert isinstance(first, ast.Call)
        names = ", ".join(scope.text(k) for k in kinds)
        yield _merged(
            scope,
            run,
            f"isinstance({scope.text(first.args[0])}, ({names}))",
            "isinstance tries the classes of a tuple in order, and stops at the first that fits.",
            "",
        )


# ------------------------------------------------------------------ s.startswith(a) or …
def _affix_part(scope: Scope, node: ast.expr) -> Part | None:
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name() as subject, attr="startswith" | "endswith" as attr),
            args=[ast.Constant(value=str()) as affix],
            keywords=[],
        ):
            return f"{attr} {ast.dump(subject)}", affix
    return None


def _affix_chain(scope: Scope) -> Iterator[Site]:
    for _, run, affixes in _runs(scope, _affix_part):
        first = run[0]
        assert isinstance(first, ast.Call)
        assert isinstance(first.func, ast.Attribute)
        owner = first.func.value
        names = ", ".join(scope.text(a) for a in affixes)
        yield _merged(
            scope,
            run,
            f"{scope.text(first.func)}(({names}))",
            "The method takes a tuple and tries its strings in order.",
            "" if scope.exact(owner) == Type("str") else f"`{scope.text(owner)}` is a string",
        )


# ------------------------------------------------------------------ x == 1 or x == 2
def _equality_part(scope: Scope, node: ast.expr) -> Part | None:
    match node:
        case ast.Compare(
            left=ast.Name() as subject,
            ops=[ast.Eq()],
            comparators=[ast.Constant(value=str() | int() | bytes()) as value],
        ):
            return ast.dump(subject), value
    return None


def _equality_chain(scope: Scope) -> Iterator[Site]:
    for node, run, values in _runs(scope, _equality_part):
        first = run[0]
        assert isinstance(first, ast.Compare)
        kind = scope.exact(first.left)
        plain = kind is not None and kind.name in ("str", "int", "bytes", "bool", "float")
        if len(run) > 2 and (plain or scope.tested(node)):
            subject = scope.text(first.left)
            yield _merged(
                scope,
                run,
                f"{subject} in ({', '.join(scope.text(v) for v in values)})",
                "Membership in a tuple compares with one constant after the other, in C.",
                "" if plain else f"comparing `{subject}` with a constant gives True or False",
            )


REWRITES = (
    Rewrite(
        name="isinstance-chain-to-tuple",
        summary="Ask isinstance once, with a tuple of classes",
        gain=Gain.SMALL,
        before="""\
def is_number(value):
    return isinstance(value, int) or isinstance(value, float)
""",
        after="""\
def is_number(value):
    return isinstance(value, (int, float))
""",
        samples=("(1,)", "(1.5,)", "('a',)", "(True,)"),
        needs="Neighbours in an `or` that test the same name.",
        find=_isinstance_chain,
    ),
    Rewrite(
        name="affix-chain-to-tuple",
        summary="Ask startswith or endswith once, with a tuple",
        gain=Gain.SMALL,
        before="""\
def is_link(text):
    return text.startswith("http:") or text.startswith("https:")
""",
        after="""\
def is_link(text):
    return text.startswith(("http:", "https:"))
""",
        samples=("('http://x',)", "('https:',)", "('',)"),
        needs="Neighbours in an `or` that test the same name with constant strings.",
        find=_affix_chain,
    ),
    Rewrite(
        name="equality-chain-to-membership",
        summary="Compare with several constants by one membership test",
        gain=Gain.SMALL,
        before="""\
def is_sign(char):
    if char == "+" or char == "-" or char == "~":
        return True
    return False
""",
        after="""\
def is_sign(char):
    if char in ("+", "-", "~"):
        return True
    return False
""",
        samples=("('+',)", "('x',)", "(None,)"),
        needs="At least three comparisons of one name with constants, of which only the truth "
        "is used.",
        find=_equality_chain,
    ),
)
