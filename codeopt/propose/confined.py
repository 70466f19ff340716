"""Tell whether the objects of a private class stay among the functions that change together.

Then nobody else can see what such an object is made of. It is read from the syntax, and narrowly:
an object may be named, asked, passed to a function of these or given back by one. Whatever else is
done with it counts as letting it out: it is returned by the target, stored in something, handed to
other code, or caught in a function that may live longer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from codeopt.propose.syntax import FUNCTION, Function, is_docstring

# what Python calls on behalf of code that has the object at hand
_ASKED = frozenset(
    {
        *("__init__", "__len__", "__bool__", "__contains__", "__iter__", "__call__"),
        *("__getitem__", "__setitem__", "__delitem__"),
    }
)
_AT_ONCE = frozenset(
    {"all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"}
)
_LATER = (*FUNCTION, ast.ClassDef, ast.Lambda, ast.GeneratorExp)
_LOOKS_AROUND = frozenset({"super", "locals", "vars", "eval", "exec", "__class__"})


def methods_of(owner: ast.ClassDef) -> tuple[Function, ...] | None:
    """Return the methods of a plain private class, None where it is more than that.

    Plain are methods without decorators, texts and attributes; no base, nothing that finds out how
    an object is looked into.
    """
    name = owner.name
    if not name.startswith("_") or name.startswith("__"):
        return None
    if owner.decorator_list or owner.bases or owner.keywords:
        return None
    methods = [each for each in owner.body if isinstance(each, FUNCTION)]
    rest = [each for each in owner.body if not isinstance(each, FUNCTION)]
    plain = all(_is_literal(each) or is_docstring([each]) for each in rest)
    dunder = {each.name for each in methods if each.name.startswith("__")}
    names = {each.name for each in methods}
    if not plain or dunder - _ASKED or len(names) < len(methods):
        return None
    if any(each.decorator_list or not each.args.args for each in methods):
        return None
    return tuple(methods)


def _is_literal(node: ast.stmt) -> bool:
    """Tell whether a statement gives names to plain data, or says of what type they are."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign)):
        return False
    inner = ast.walk(node.value) if node.value else ()
    return all(
        isinstance(each, (ast.Constant, ast.Tuple, ast.Load, ast.UnaryOp, ast.USub))
        for each in inner
    )


def is_confined(owner: ast.ClassDef, target: Function, others: Mapping[str, Function]) -> bool:
    """Tell whether no object of a class gets out of a target, the ``others`` and its methods."""
    methods = methods_of(owner)
    if methods is None:
        return False
    scopes = [_Scope(target), *(_Scope(node, node.name) for node in others.values())]
    scopes += [_Scope(node, held={node.args.args[0].arg}) for node in methods]
    known = _Known(owner.name, frozenset(each.name for each in methods), dict(others))
    while any([known.learn(scope) for scope in scopes]):
        pass
    return not any(known.lets_out(scope) for scope in scopes)


@dataclass(slots=True)
class _Scope:
    """Hold a function, its name where it may be handed objects, and the names that hold them."""

    node: Function
    name: str = ""
    held: set[str] = field(default_factory=set)
    parents: dict[ast.AST, ast.AST] = field(init=False)

    def __post_init__(self) -> None:
        self.parents = {
            child: each for each in ast.walk(self.node) for child in ast.iter_child_nodes(each)
        }

    def nodes(self) -> Iterator[ast.AST]:
        """Yield what may be run: annotations of the function itself are not."""
        args = self.node.args
        pending: list[ast.AST] = [*self.node.body, *args.defaults, *filter(None, args.kw_defaults)]
        while pending:
            each = pending.pop()
            yield each
            pending += ast.iter_child_nodes(each)


@dataclass(slots=True)
class _Known:
    """Hold what gives an object, and which parameters may hold one."""

    owner: str
    methods: frozenset[str]
    others: dict[str, Function]
    giving: set[str] = field(default_factory=set)
    handed: dict[str, set[str]] = field(default_factory=dict)

    def learn(self, scope: _Scope) -> bool:
        """Follow objects through a function; tell whether something new came of it."""
        before = len(scope.held), len(self.giving), sum(map(len, self.handed.values()))
        scope.held |= self.handed.get(scope.name, set())
        for node in scope.nodes():
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    scope.held |= {name} if self._is_object(value, scope) else set()
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    scope.held |= {name} if self._is_object(value, scope) else set()
                case ast.Return(value=ast.expr() as value) if scope.name:
                    self.giving |= {scope.name} if self._is_object(value, scope) else set()
                case ast.Call(func=ast.Name(id=name)) if name in self.others:
                    self._hand(node, name, scope)
        after = len(scope.held), len(self.giving), sum(map(len, self.handed.values()))
        return before != after

    def lets_out(self, scope: _Scope) -> bool:
        """Tell whether a function does more with an object than is known to be harmless."""
        for node in scope.nodes():
            match node:
                case ast.Name(id=name) if name in _LOOKS_AROUND or self._is_bare(node, scope):
                    return True
                case ast.Attribute(attr=name) | ast.alias(name=name) if self._is_named(name):
                    return True
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    if not scope.held.isdisjoint(names):
                        return True
            if isinstance(node, ast.expr) and self._gets_out(node, scope):
                return True
        return False

    def _gets_out(self, node: ast.expr, scope: _Scope) -> bool:
        if not self._is_object(node, scope):
            return False
        return not self._is_harmless(node, scope) or _outlives(node, scope)

    def _is_named(self, name: str) -> bool:
        return name == self.owner or name in self.others

    def _is_object(self, node: ast.expr, scope: _Scope) -> bool:
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                return name in scope.held
            case ast.Call(func=ast.Name(id=name)):
                return name == self.owner or name in self.giving
        return False

    def _is_bare(self, node: ast.Name, scope: _Scope) -> bool:
        """Tell whether the class, or a function that deals with objects, is not just called."""
        if not self._is_named(node.id):
            return False
        return not _is_called(node, scope)

    def _hand(self, call: ast.Call, name: str, scope: _Scope) -> None:
        """Note the parameters that get an object in a call."""
        args = self.others[name].args
        names = [each.arg for each in (*args.posonlyargs, *args.args)]
        own = self.handed.setdefault(name, set())
        for place, value in enumerate(call.args):
            if self._is_object(value, scope) and place < len(names):
                own.add(names[place])
        own |= {k.arg for k in call.keywords if k.arg and self._is_object(k.value, scope)}

    def _is_harmless(self, node: ast.expr, scope: _Scope) -> bool:
        parent = scope.parents.get(node)
        match parent:
            case ast.Assign(targets=[ast.Name()]) | ast.AnnAssign(target=ast.Name()) | ast.Expr():
                return True
            case ast.Attribute(attr=name):
                is_free = name not in self.methods or _is_called(parent, scope)
                return not name.startswith("__") and is_free
            case ast.Return():
                return bool(scope.name)
            case ast.For(iter=whole) | ast.comprehension(iter=whole) | ast.Subscript(value=whole):
                return whole is node
            case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
                return True
            case ast.Compare(ops=[ast.In() | ast.NotIn()], left=left):
                return left is not node
            case ast.If(test=test) | ast.While(test=test):
                return test is node
            case ast.UnaryOp(op=ast.Not()):
                return True
            case ast.Call() | ast.keyword():
                return self._is_passed(node, parent, scope)
        return False

    def _is_passed(self, node: ast.expr, parent: ast.AST, scope: _Scope) -> bool:
        """Tell whether an object is called, measured, or passed where it is known to arrive."""
        call = scope.parents.get(parent) if isinstance(parent, ast.keyword) else parent
        if not isinstance(call, ast.Call):
            return False
        if call.func is node:
            return True
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name == "len":
            return True
        if name not in self.others or any(isinstance(a, ast.Starred) for a in call.args):
            return False
        args = self.others[name].args
        if isinstance(parent, ast.keyword):
            return parent.arg in {each.arg for each in (*args.args, *args.kwonlyargs)}
        return call.args.index(node) < len(args.posonlyargs) + len(args.args)


def _is_called(node: ast.expr, scope: _Scope) -> bool:
    call = scope.parents.get(node)
    return isinstance(call, ast.Call) and call.func is node


def _outlives(node: ast.AST, scope: _Scope) -> bool:
    """Tell whether an object stands in something that may be run later, by anybody."""
    parent = scope.parents.get(node)
    while parent is not None and parent is not scope.node:
        if isinstance(parent, _LATER) and not _is_used_up(parent, scope):
            return True
        parent = scope.parents.get(parent)
    return False


def _is_used_up(node: ast.AST, scope: _Scope) -> bool:
    """Tell whether a generator expression is all that a built-in gets that goes through it."""
    call = scope.parents.get(node)
    if not isinstance(node, ast.GeneratorExp) or not isinstance(call, ast.Call):
        return False
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    joins = isinstance(call.func, ast.Attribute) and call.func.attr == "join"
    return call.args == [node] and (joins or name in _AT_ONCE)
