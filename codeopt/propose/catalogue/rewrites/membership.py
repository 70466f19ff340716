"""Membership tests: ask a set, not a list."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeopt.propose.catalogue.loops import HoistPoint, hoist_point
from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.scope import Scope, Stability
from codeopt.propose.catalogue.text import Edit

LISTS = ("list", "tuple")
_ENOUGH = 3
Test = tuple[ast.Compare, ast.expr, ast.expr]


def membership_tests(scope: Scope) -> Iterator[Test]:
    """Yield membership tests: the comparison, what is looked up, and where."""
    for node in scope.nodes():
        match node:
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[right]):
                if scope.editable(node):
                    yield node, left, right


def _hashable(scope: Scope, node: ast.expr) -> bool:
    kind = scope.exact(node)
    return kind is not None and kind.hashable


def _in_loop(scope: Scope, node: ast.AST) -> bool:
    kinds = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    return scope.inside(node, kinds)


# ------------------------------------------------------------------ x in [1, 2, 3]
def _literal_list(scope: Scope) -> Iterator[Site]:
    for _, left, right in membership_tests(scope):
        match right:
            case ast.List(elts=elts) | ast.Tuple(elts=elts):
                constant = all(_plain_constant(e) for e in elts)
                if len(elts) >= _ENOUGH and constant:
                    items = ", ".join(scope.text(e) for e in elts)
                    assumption = "" if _hashable(scope, left) else hash_assumption(scope, left)
                    yield Site(
                        right.lineno,
                        (scope.replace(right, "{" + items + "}"),),
                        "The compiler turns a set of constants into a frozenset, made once; "
                        "it holds exactly what the list holds.",
                        assumption,
                    )


def _plain_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | int | bytes | None)


def hash_assumption(scope: Scope, node: ast.expr) -> str:
    """Say that an expression is taken to be hashable."""
    return f"`{scope.text(node)}` is hashable, with a hash that agrees with its equality"


# ------------------------------------------------------------------ x in names, in a loop
def _list_in_loop(scope: Scope) -> Iterator[Site]:
    groups: dict[tuple[int, str], tuple[HoistPoint, list[Test]]] = {}
    for test in membership_tests(scope):
        right = test[2]
        if isinstance(right, ast.Name | ast.Attribute) and _may_be_list(scope, right):
            point = hoist_point(scope, right)
            if point is not None:
                key = (point.statement.lineno, ast.dump(right))
                groups.setdefault(key, (point, []))[1].append(test)
    for point, tests in groups.values():
        yield _set_before_loop(scope, point, tests)


def _may_be_list(scope: Scope, node: ast.expr) -> bool:
    kind = scope.likely(node)
    return kind is None or kind.name in (*LISTS, "iterable")


def _set_before_loop(scope: Scope, point: HoistPoint, tests: list[Test]) -> Site:
    right = tests[0][2]
    label = right.attr if isinstance(right, ast.Attribute) else scope.text(right)
    name = scope.fresh(f"{label.strip('_')}_set")
    edits = [scope.replace(test[2], name) for test in tests]
    edits.append(scope.before(point.statement, f"{name} = set({scope.text(right)})"))
    return Site(
        tests[0][0].lineno,
        tuple(edits),
        f"`{scope.text(right)}` does not change in the loop, and a set of its elements answers "
        "membership with the same equality in constant time.",
        _list_assumption(scope, point, right, [test[1] for test in tests]),
    )


def _list_assumption(
    scope: Scope, point: HoistPoint, right: ast.expr, lefts: list[ast.expr]
) -> str:
    kind, items = scope.exact(right), scope.element(right, exact=True)
    known = kind is not None and kind.name in LISTS and items is not None and items.hashable
    if known and point.stability is Stability.SURE and all(_hashable(scope, x) for x in lefts):
        return ""
    text = scope.text(right)
    return f"`{text}` is a list or tuple of hashable values that the loop does not change"


# ------------------------------------------------------------------ seen = []
def _seen_list(scope: Scope) -> Iterator[Site]:
    for creation, name in _empty_lists(scope):
        uses = _uses_of_list(scope, name)
        if uses is None or not any(_in_loop(scope, test) for test, _, _ in uses.tests):
            continue
        if all(isinstance(a.args[0], ast.Name | ast.Constant) for a in uses.appends) or (
            not uses.others
        ):
            yield _with_set(scope, creation, name, uses)


def _empty_lists(scope: Scope) -> Iterator[tuple[ast.Assign | ast.AnnAssign, str]]:
    for node in scope.nodes():
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=[]))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.List(elts=[]))
            ):
                if scope.contained(name) and scope.alone(node) and scope.block_of(node):
                    yield node, name


class _ListUses:
    """Sort the uses of a list: membership tests, appends, and others that only read."""

    def __init__(self) -> None:
        self.tests: list[Test] = []
        self.appends: list[ast.Call] = []
        self.others = 0


def _uses_of_list(scope: Scope, name: str) -> _ListUses | None:
    found = _ListUses()
    tests = {id(test[2]): test for test in membership_tests(scope)}
    stores = 0
    for use in scope.uses(name):
        parent = scope.parents[use]
        if id(use) in tests:
            found.tests.append(tests[id(use)])
        elif isinstance(use.ctx, ast.Store):
            stores += 1 if isinstance(parent, ast.Assign | ast.AnnAssign) else 2
        elif isinstance(parent, ast.Attribute):
            append = _append_statement(scope, parent)
            if append is None:
                return None
            found.appends.append(append)
        elif isinstance(use.ctx, ast.Del) or _stored_into(parent):
            return None
        else:
            found.others += 1
    return found if stores == 1 and found.appends else None


def _append_statement(scope: Scope, method: ast.Attribute) -> ast.Call | None:
    call = scope.parents[method]
    if method.attr != "append" or not isinstance(call, ast.Call) or len(call.args) != 1:
        return None
    statement = scope.parents[call]
    whole = isinstance(statement, ast.Expr) and scope.alone(statement)
    return call if whole and not isinstance(call.args[0], ast.Starred) else None


def _stored_into(parent: ast.AST) -> bool:
    return isinstance(parent, ast.Subscript) and not isinstance(parent.ctx, ast.Load)


def _with_set(
    scope: Scope, creation: ast.Assign | ast.AnnAssign, name: str, uses: _ListUses
) -> Site:
    if uses.others or isinstance(creation, ast.AnnAssign):
        new = scope.fresh(f"{name}_set")
        edits = [scope.after(creation, f"{new} = set()")]
        edits += [scope.replace(test[2], new) for test in uses.tests]
        edits += [_also_add(scope, append, new) for append in uses.appends]
    else:
        assert creation.value is not None
        edits = [scope.replace(creation.value, "set()")]
        edits += [_rename_method(scope, append, "add") for append in uses.appends]
    values = [test[1] for test in uses.tests] + [append.args[0] for append in uses.appends]
    unknown = [v for v in values if not _hashable(scope, v)]
    return Site(
        creation.lineno,
        tuple(edits),
        f"`{name}` is created here and reaches no other code; the set holds the same elements.",
        hash_assumption(scope, unknown[0]) if unknown else "",
    )


def _also_add(scope: Scope, append: ast.Call, new: str) -> Edit:
    statement = scope.statement(append)
    return scope.after(statement, f"{new}.add({scope.text(append.args[0])})")


def _rename_method(scope: Scope, call: ast.Call, name: str) -> Edit:
    method = call.func
    assert isinstance(method, ast.Attribute)
    return scope.replace(method, f"{scope.atom(method.value)}.{name}")


# ------------------------------------------------------------------ x in CONSTANT
def _module_list(scope: Scope) -> Iterator[Site]:
    top = scope.around[0] if scope.around else scope.function
    for _, left, right in membership_tests(scope):
        if not isinstance(right, ast.Name) or not _in_loop(scope, right):
            continue
        literal = scope.module.lists.get(right.id)
        if literal is None or scope.binds_locally(right.id):
            continue
        if literal.lineno > getattr(top, "lineno", 0) or hoist_point(scope, right):
            continue
        base = f"_{right.id.strip('_')}_SET".upper()
        name, helpers = scope.constant(base, f"frozenset({right.id})")
        yield Site(
            right.lineno,
            (scope.replace(right, name),),
            f"`{right.id}` is a list of constants that this module never changes; "
            "the set is made once, at import.",
            f"no other module changes `{right.id}`, and {hash_assumption(scope, left)}",
            helpers,
        )


REWRITES = (
    Rewrite(
        name="membership-list-to-set",
        summary="Test membership in a loop against a set made once before it",
        gain=Gain.ORDER,
        before="""\
def known(words: list[str], vocabulary: list[str]) -> list[str]:
    found = []
    for word in words:
        if word in vocabulary:
            found.append(word)
    return found
""",
        after="""\
def known(words: list[str], vocabulary: list[str]) -> list[str]:
    found = []
    vocabulary_set = set(vocabulary)
    for word in words:
        if word in vocabulary_set:
            found.append(word)
    return found
""",
        samples=("(['a', 'b'], ['b', 'c'])", "([], [])", "(['x'], [])", "(['a', 'a'], ['a'])"),
        needs="The list is a local name, parameter or attribute that the loop neither rebinds nor "
        "changes; its elements and what is looked up must be hashable.",
        find=_list_in_loop,
    ),
    Rewrite(
        name="seen-list-to-set",
        summary="Remember what was seen in a set instead of searching a list",
        gain=Gain.ORDER,
        before="""\
def unique(items):
    result = []
    for item in items:
        if item not in result:
            result.append(item)
    return result
""",
        after="""\
def unique(items):
    result = []
    result_set = set()
    for item in items:
        if item not in result_set:
            result.append(item)
            result_set.add(item)
    return result
""",
        samples=("([3, 1, 3, 2, 1],)", "([],)", "(['a', 'a'],)", "([1, 1.0, True, 0, None],)"),
        needs="The list is created empty in the function, grows only by append, and is not handed "
        "to other code while it grows; what it holds must be hashable.",
        find=_seen_list,
    ),
    Rewrite(
        name="membership-literal-to-set",
        summary="Test membership against a constant set instead of a list of constants",
        gain=Gain.SMALL,
        before="""\
def vowels(text: str) -> int:
    return sum([1 for char in text if str(char) in ["a", "e", "i", "o", "u"]])
""",
        after="""\
def vowels(text: str) -> int:
    return sum([1 for char in text if str(char) in {"a", "e", "i", "o", "u"}])
""",
        samples=("('education',)", "('',)", "('xyz',)"),
        needs="At least three constants (strings, bytes, integers, None); what is looked up must "
        "be hashable.",
        find=_literal_list,
    ),
    Rewrite(
        name="membership-module-list-to-frozenset",
        summary="Test membership in a loop against a frozenset of a module's constant list",
        gain=Gain.LARGE,
        before="""\
STOP_WORDS = ["a", "an", "the", "of", "to"]


def content_words(words):
    return [word for word in words if word not in STOP_WORDS]
""",
        after="""\
STOP_WORDS = ["a", "an", "the", "of", "to"]
_STOP_WORDS_SET = frozenset(STOP_WORDS)


def content_words(words):
    return [word for word in words if word not in _STOP_WORDS_SET]
""",
        samples=("(['the', 'cat', 'of', 'war'],)", "([],)"),
        needs="A module-level list of constants, bound once and never changed by the module.",
        find=_module_list,
    ),
)
