"""Reductions: any, all, sum, min and max in the form that runs fastest."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeopt.propose.catalogue.inference import INT
from codeopt.propose.catalogue.names import Nested, runs_through, target_names
from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.scope import Scope


# ------------------------------------------------------------------ return any(… for …)
def _any_to_loop(scope: Scope) -> Iterator[Site]:
    for statement in scope.nodes():
        match statement:
            case ast.Return(
                value=ast.Call(
                    func=ast.Name(id="any" | "all" as name),
                    args=[ast.GeneratorExp(elt=test, generators=clauses) as generator],
                    keywords=[],
                )
            ) if scope.is_builtin(name) and scope.alone(statement):
                if _can_unfold(scope, generator):
                    yield _unfolded(scope, statement, name, test, clauses)


def _can_unfold(scope: Scope, generator: ast.GeneratorExp) -> bool:
    """Tell whether the variables of a generator can become local variables of the function."""
    variables = set().union(*(target_names(c.target) for c in generator.generators))
    taken = scope.names.captured | scope.names.foreign | scope.names.parameters
    taken |= scope.names.bound
    read_before = any(scope.used_in(v, generator.generators[0].iter) for v in variables)
    nested = any(isinstance(n, Nested) for n in ast.walk(generator))
    return not (variables & taken) and not read_before and not nested and runs_through(generator)


def _unfolded(
    scope: Scope, statement: ast.stmt, name: str, test: ast.expr, clauses: list[ast.comprehension]
) -> Site:
    lines, depth = [], 0
    for clause in clauses:
        target = scope.text_of_module.segment(clause.target)
        lines.append(f"{'    ' * depth}for {target} in {scope.text(clause.iter)}:")
        depth += 1
        for condition in clause.ifs:
            lines.append(f"{'    ' * depth}if {scope.text(condition)}:")
            depth += 1
    found = name == "any"
    asked = scope.text(test) if found else _negated(scope, test)
    lines += [f"{'    ' * depth}if {asked}:", f"{'    ' * (depth + 1)}return {found}"]
    return Site(
        statement.lineno,
        (scope.rebuild(statement, statement, [*lines, f"return {not found}"]),),
        "The loop asks the same in the same order and stops at the same element, without "
        "resuming a generator for each.",
    )


_OPPOSITE = {ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is"}


def _negated(scope: Scope, node: ast.expr) -> str:
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return scope.text(operand)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPPOSITE:
            return f"{_side(scope, left)} {_OPPOSITE[type(op)]} {_side(scope, right)}"
        case ast.BoolOp() | ast.Compare():
            return f"not ({scope.text(node)})"
    return f"not {scope.atom(node)}"


def _side(scope: Scope, node: ast.expr) -> str:
    return (
        f"({scope.text(node)})"
        if isinstance(node, ast.Compare | ast.BoolOp)
        else (scope.text(node))
    )


# ------------------------------------------------------------------ sum(x for x in y)
_WANTS_LIST = frozenset({"sum", "sorted", "tuple", "list", "set"})


def _generator_argument(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.GeneratorExp() as generator, *_]) if (
                name in _WANTS_LIST and scope.is_builtin(name) and scope.editable(node)
            ):
                if runs_through(generator):
                    yield _without_generator(scope, node, name, generator)


def _without_generator(
    scope: Scope, call: ast.Call, name: str, generator: ast.GeneratorExp
) -> Site:
    inner = scope.text_of_module.segment(generator)[1:-1]
    bare = scope.text_of_module.end(generator) == scope.text_of_module.end(call)
    if name in ("list", "set") and len(call.args) == 1 and not call.keywords:
        opening, closing = ("[", "]") if name == "list" else ("{", "}")
        edit = scope.replace(call, f"{opening}{inner.strip()}{closing}")
    else:
        edit = scope.replace(generator, f"([{inner}])" if bare else f"[{inner}]")
    return Site(
        call.lineno,
        (edit,),
        f"`{name}` takes every element anyway; a comprehension gives them without resuming a "
        "generator for each.",
        "the elements fit in memory at once" if name == "sum" else "",
    )


# ------------------------------------------------------------------ any([… for …])
def _list_argument(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case ast.Call(
                func=ast.Name(id="any" | "all" as name), args=[ast.ListComp() as made], keywords=[]
            ) if scope.is_builtin(name) and scope.editable(node):
                if scope.pure(made.elt, *(test for c in made.generators for test in c.ifs)):
                    inner = scope.text_of_module.segment(made)[1:-1].strip()
                    yield Site(
                        node.lineno,
                        (scope.replace(made, inner),),
                        f"`{name}` stops at the first element that decides.",
                        "no element behind the deciding one raises an exception",
                    )


# ------------------------------------------------------------------ sum(lists, [])
def _sum_of_lists(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case (
                ast.Call(func=ast.Name(id="sum"), args=[lists, ast.List(elts=[])], keywords=[])
                | ast.Call(
                    func=ast.Name(id="sum"),
                    args=[lists],
                    keywords=[ast.keyword(arg="start", value=ast.List(elts=[]))],
                )
            ) if scope.is_builtin("sum") and scope.is_builtin("list") and scope.editable(node):
                reached = scope.reach("itertools", "chain")
                if reached is not None:
                    chain, imports = reached
                    sure = _gives_lists(scope, lists)
                    text = f"list({chain}.from_iterable({scope.text(lists)}))"
                    yield Site(
                        node.lineno,
                        (scope.replace(node, text),),
                        "chain gives the same elements in order; sum copies its result for each "
                        "list.",
                        "" if sure else f"`{scope.text(lists)}` holds lists only",
                        imports=imports,
                    )


def _gives_lists(scope: Scope, node: ast.expr) -> bool:
    elements = (
        scope.exact(node.elt)
        if isinstance(node, ast.GeneratorExp | ast.ListComp)
        else (scope.element(node, exact=True))
    )
    return elements is not None and elements.name == "list"


# ------------------------------------------------------------------ total = 0; for …: total += …
def _sum_loop(scope: Scope) -> Iterator[Site]:
    for block in scope.blocks():
        for position, loop in enumerate(block[1:], 1):
            match block[position - 1], loop:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=0) as start),
                    ast.For(target=ast.Name(id=variable) as target, body=[step], orelse=[]),
                ) if type(start.value) is int and name != variable:
                    found = _addition(scope, name, step)
                    assert isinstance(loop, ast.For)
                    if found is not None and _free(scope, name, variable, loop):
                        lines = [_sum_text(scope, name, target, loop.iter, *found)]
                        yield Site(
                            loop.lineno,
                            (scope.rebuild(block[position - 1], loop, lines),),
                            "Sums of integers don't depend on how they are added up.",
                        )


def _addition(scope: Scope, name: str, step: ast.stmt) -> tuple[ast.expr, ast.expr | None] | None:
    """Return what a step adds, an integer for certain, and its condition."""
    condition: ast.expr | None = None
    if isinstance(step, ast.If) and len(step.body) == 1 and not step.orelse:
        condition, step = step.test, step.body[0]
    match step:
        case ast.AugAssign(target=ast.Name(id=target), op=ast.Add(), value=value):
            parts = [value] if condition is None else [value, condition]
            whole = scope.exact(value) == INT and not scope.used_in(name, *parts)
            constant = isinstance(value, ast.Constant)
            quiet = all(runs_through(p) for p in parts)
            quiet = quiet and not any(isinstance(n, Nested) for p in parts for n in ast.walk(p))
            if target == name and whole and quiet and not constant:
                return value, condition
    return None


def _free(scope: Scope, name: str, variable: str, loop: ast.For) -> bool:
    return (
        scope.plain(name)
        and scope.plain(variable)
        and scope.confined(variable, loop)
        and not scope.used_in(name, loop.iter)
        and not scope.used_in(variable, loop.iter)
        and not scope.guarded(loop)
        and scope.is_builtin("sum")
        and scope.alone(loop, *_before(scope, loop))
    )


def _before(scope: Scope, loop: ast.For) -> list[ast.stmt]:
    block = scope.block_of(loop) or [loop]
    return block[block.index(loop) - 1 : block.index(loop)]


def _sum_text(
    scope: Scope,
    name: str,
    target: ast.Name,
    source: ast.expr,
    value: ast.expr,
    condition: ast.expr | None,
) -> str:
    match value:
        case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=argument)], keywords=[]):
            if condition is None and argument == target.id and scope.is_builtin(function):
                return f"{name} = sum(map({function}, {scope.text(source)}))"
    asked = f" if {scope.text(condition)}" if condition is not None else ""
    return f"{name} = sum([{scope.text(value)} for {target.id} in {scope.text(source)}{asked}])"


# ------------------------------------------------------------------ manual minimum
def _extreme_loop(scope: Scope) -> Iterator[Site]:
    for block in scope.blocks():
        for position, loop in enumerate(block[1:], 1):
            create = block[position - 1]
            match create, loop:
                case (
                    ast.Assign(targets=[ast.Name(id=best)], value=start),
                    ast.For(
                        target=ast.Name(id=item),
                        iter=source,
                        body=[
                            ast.If(
                                test=ast.Compare(
                                    left=ast.Name(id=left),
                                    ops=[ast.Lt() | ast.Gt() as op],
                                    comparators=[ast.Name(id=right)],
                                ),
                                body=[
                                    ast.Assign(
                                        targets=[ast.Name(id=kept)], value=ast.Name(id=value)
                                    )
                                ],
                                orelse=[],
                            )
                        ],
                        orelse=[],
                    ),
                ) if (left, right, kept, value) == (item, best, best, item) and best != item:
                    assert isinstance(loop, ast.For)
                    name = "min" if isinstance(op, ast.Lt) else "max"
                    if _free(scope, best, item, loop) and scope.is_builtin(name):
                        made = f"{name}([{scope.text(start)}, *{scope.atom(source)}])"
                        yield Site(
                            loop.lineno,
                            (scope.rebuild(create, loop, [f"{best} = {made}"]),),
                            f"`{name}` makes the same comparisons in the same order.",
                        )


REWRITES = (
    Rewrite(
        name="any-all-to-loop",
        summary="Return from a loop instead of resuming a generator for each element",
        gain=Gain.LARGE,
        before="""\
def has_digit(text):
    return any(char.isdigit() for char in text)
""",
        after="""\
def has_digit(text):
    for char in text:
        if char.isdigit():
            return True
    return False
""",
        samples=("('a1',)", "('',)", "('abc',)"),
        needs="`return any(…)` or `return all(…)` of a generator whose variables the function "
        "does not use otherwise.",
        find=_any_to_loop,
    ),
    Rewrite(
        name="generator-argument-to-comprehension",
        summary="Give sum, sorted, tuple, list and set a comprehension instead of a generator",
        gain=Gain.SMALL,
        before="""\
def sizes(words):
    return sorted(len(word) for word in words), list(word[0] for word in words)
""",
        after="""\
def sizes(words):
    return sorted([len(word) for word in words]), [word[0] for word in words]
""",
        samples=("(['bb', 'a'],)", "([],)"),
        needs="A generator as first argument that awaits nothing.",
        find=_generator_argument,
    ),
    Rewrite(
        name="any-all-of-list-to-generator",
        summary="Let any and all stop early instead of building the whole list",
        gain=Gain.ORDER,
        before="""\
def has_long(words):
    return bool(any([len(word) > 3 for word in words]))
""",
        after="""\
def has_long(words):
    return bool(any(len(word) > 3 for word in words))
""",
        samples=("(['aaaa', 'b'],)", "([],)"),
        needs="The elements are computed without effects on anything.",
        find=_list_argument,
    ),
    Rewrite(
        name="sum-of-lists-to-chain",
        summary="Concatenate many lists in one pass",
        gain=Gain.ORDER,
        before="""\
def all_words(lines):
    return sum([line.split() for line in map(str, lines)], [])
""",
        after="""\
from itertools import chain


def all_words(lines):
    return list(chain.from_iterable([line.split() for line in map(str, lines)]))
""",
        samples=("(['a b', 'c'],)", "([],)"),
        needs="`sum(…, [])`; what is summed must be lists.",
        find=_sum_of_lists,
    ),
    Rewrite(
        name="sum-loop-to-sum",
        summary="Add integers up with sum",
        gain=Gain.SMALL,
        before="""\
def total_size(words):
    total = 0
    for word in words:
        total += len(word)
    return total
""",
        after="""\
def total_size(words):
    total = sum(map(len, words))
    return total
""",
        samples=("(['a', 'bb'],)", "([],)"),
        needs="What is added is certainly an integer (sums of floats would differ in their last "
        "bits on newer Pythons).",
        find=_sum_loop,
    ),
    Rewrite(
        name="extreme-loop-to-builtin",
        summary="Find the smallest or largest element with min or max",
        gain=Gain.LARGE,
        before="""\
def lowest(prices):
    best = prices[0]
    for price in prices:
        if price < best:
            best = price
    return best
""",
        after="""\
def lowest(prices):
    best = min([prices[0], *prices])
    return best
""",
        samples=("([3, 1, 2],)", "([1.0, 1],)", "([float('nan'), 1],)", "((2,),)"),
        needs="A start value, then a loop that does nothing but replace it by smaller (larger) "
        "elements.",
        find=_extreme_loop,
    ),
)
