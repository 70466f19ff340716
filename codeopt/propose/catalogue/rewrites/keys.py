"""Keys: ask a container itself, not a view or a copy of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.rewrites.membership import LISTS, hash_assumption, membership_tests
from codeopt.propose.catalogue.scope import Scope

# ------------------------------------------------------------------ k in d.keys()
_TAKES_KEYS = frozenset(
    {"list", "set", "sorted", "len", "tuple", "frozenset", "iter", "min", "max"}
)


def _keys_view(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="keys"), args=[], keywords=[]):
                parent = scope.parents[node]
                if scope.editable(node) and _wants_keys_only(scope, node, parent):
                    kind = scope.exact(owner)
                    sure = kind is not None and kind.name == "dict"
                    yield Site(
                        node.lineno,
                        (scope.replace(node, scope.atom(owner)),),
                        "A dictionary is tested and iterated by its keys; the view is not needed.",
                        "" if sure else f"`{scope.text(owner)}` is a mapping",
                    )


def _wants_keys_only(scope: Scope, node: ast.Call, parent: ast.AST) -> bool:
    match parent:
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[right]):
            return right is node
        case ast.For(iter=source) | ast.comprehension(iter=source):
            return source is node
        case ast.Call(func=ast.Name(id=name), args=[first]):
            return first is node and name in _TAKES_KEYS and scope.is_builtin(name)
    return False


# ------------------------------------------------------------------ x in list(d)
def _copied_to_test(scope: Scope) -> Iterator[Site]:
    for test, _, right in membership_tests(scope):
        match right:
            case ast.Call(
                func=ast.Name(id="list" | "tuple" | "sorted" as maker), args=[inner], keywords=[]
            ) if scope.is_builtin(maker):
                kind = scope.exact(inner)
                keys = _is_keys_view(inner)
                known = kind is not None and kind.name in ("dict", "set", "frozenset", *LISTS)
                if known or keys:
                    yield Site(
                        test.lineno,
                        (scope.replace(right, scope.atom(inner)),),
                        "The container itself answers with the same equality.",
                        ""
                        if known and kind and kind.name in LISTS
                        else hash_assumption(scope, test.left),
                    )


def _is_keys_view(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="keys"), args=[], keywords=[]):
            return True
    return False


REWRITES = (
    Rewrite(
        name="membership-in-copy",
        summary="Test membership in a container itself, not in a copy of it",
        gain=Gain.ORDER,
        before="""\
def known(names, ages):
    return [name for name in names if name in list(ages.keys())]
""",
        after="""\
def known(names, ages):
    return [name for name in names if name in ages.keys()]
""",
        samples=("(['a', 'b'], {'b': 1})", "([], {})"),
        needs="`list(…)`, `tuple(…)` or `sorted(…)` of keys, or of what is certainly a list, set "
        "or dictionary; what is looked up must be hashable.",
        find=_copied_to_test,
    ),
    Rewrite(
        name="keys-view",
        summary="Ask the dictionary itself instead of the view of its keys",
        gain=Gain.SMALL,
        before="""\
def count_known(names):
    ages = {"ann": 31, "bob": 42}
    return sum([1 for name in names if name in ages.keys()])
""",
        after="""\
def count_known(names):
    ages = {"ann": 31, "bob": 42}
    return sum([1 for name in names if name in ages])
""",
        samples=("(['ann', 'eve'],)", "([],)"),
        needs="`.keys()` of a dictionary, in a membership test, a loop, or a built-in that "
        "iterates.",
        find=_keys_view,
    ),
)
