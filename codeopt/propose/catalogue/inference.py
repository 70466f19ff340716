"""Infer the exact built-in types of local names, by assignments alone.

A type is *exact* when every binding of the name in the function gives it, and no subclass can get
in. It is *likely* when an annotation says so: nothing enforces annotations, so a rewrite that
rests on one must say that it does.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from codeopt.propose.catalogue.names import Function, bound_names, parameters, walk_inline
from codeopt.propose.catalogue.vocabulary import (
    IMMUTABLE,
    TO_BOOL,
    TO_INT,
    TO_LIST,
    TO_STR,
    TO_TUPLE,
)
from codeopt.propose.syntax import parse


@dataclass(frozen=True, slots=True)
class Type:
    """Name a built-in type; ``items`` is that of its elements or keys, ``values`` of its values."""

    name: str
    items: Type | None = None
    values: Type | None = None

    @property
    def hashable(self) -> bool:
        """Tell whether every value of the type has a hash that agrees with equality."""
        if self.name == "tuple":
            return self.items is not None and self.items.hashable
        return self.name in IMMUTABLE


Env = Mapping[str, "Type | None"]
BOTTOM = Type("<nothing yet>")
STR, INT, FLOAT, BOOL = Type("str"), Type("int"), Type("float"), Type("bool")
_NUMBERS = ("bool", "int", "float")
_BUILTIN_CALLS = {
    "len": INT, "ord": INT, "hash": INT, "id": INT, "str": STR, "repr": STR, "chr": STR,
    "hex": STR, "bin": STR, "oct": STR, "ascii": STR, "format": STR, "int": INT, "float": FLOAT,
    "bool": BOOL, "isinstance": BOOL, "issubclass": BOOL, "callable": BOOL, "hasattr": BOOL,
    "any": BOOL, "all": BOOL, "range": Type("range", INT), "bytes": Type("bytes", INT),
    "dict": Type("dict"), "input": STR,
}  # fmt: skip
_ANNOTATED = {
    "list": "list", "List": "list", "Sequence": "list", "MutableSequence": "list",
    "dict": "dict", "Dict": "dict", "Mapping": "dict", "MutableMapping": "dict",
    "set": "set", "Set": "set", "AbstractSet": "set", "frozenset": "frozenset",
    "FrozenSet": "frozenset", "tuple": "tuple", "Tuple": "tuple", "str": "str", "int": "int",
    "float": "float", "bool": "bool", "bytes": "bytes", "Iterable": "iterable",
    "Collection": "iterable", "Iterator": "iterator",
}  # fmt: skip


def join(a: Type | None, b: Type | None) -> Type | None:
    """Return the type that covers both: None when it is not known."""
    if a is BOTTOM or b is BOTTOM:
        return b if a is BOTTOM else a
    if a is None or b is None or a.name != b.name:
        return None
    return Type(a.name, _join_part(a.items, b.items), _join_part(a.values, b.values))


def _join_part(a: Type | None, b: Type | None) -> Type | None:
    return None if a is None or b is None else join(a, b)


class Inference:
    """Infer types of expressions in one function.

    ``is_builtin`` tells whether a name is a built-in there, ``resolve`` gives the dotted path of an
    imported thing, ``unknown`` are names that other code may bind too.
    """

    def __init__(
        self,
        function: Function,
        is_builtin: Callable[[str], bool],
        resolve: Callable[[ast.expr], str | None],
        *,
        unknown: frozenset[str],
        trust_annotations: bool,
    ) -> None:
        self._unknown = unknown
        self._is_builtin = is_builtin
        self._resolve = resolve
        self._trust = trust_annotations
        self.env: dict[str, Type | None] = {}
        self._solve(function)

    def _solve(self, function: Function) -> None:
        fixed: dict[str, Type | None] = dict(self._parameters(function))
        fixed.update(dict.fromkeys(self._unknown))
        bindings = list(self._bindings(function))
        env: dict[str, Type | None] = {**{name: BOTTOM for name, _ in bindings}, **fixed}
        for _ in range(12):
            self.env = env
            new: dict[str, Type | None] = {**dict.fromkeys(env, BOTTOM), **fixed}
            for name, infer in bindings:
                if name not in self._unknown:
                    new[name] = join(new[name], infer())
            if new == env:
                return
            env = new
        self.env = {**dict.fromkeys(env), **fixed}

    def _parameters(self, function: Function) -> Iterator[tuple[str, Type | None]]:
        stars = {a.arg for a in (function.args.vararg, function.args.kwarg) if a is not None}
        for parameter in parameters(function):
            known = self._trust and parameter.arg not in stars
            yield parameter.arg, annotated(parameter.annotation) if known else None

    def _bindings(self, function: Function) -> Iterator[tuple[str, Callable[[], Type | None]]]:
        for node in walk_inline(*function.body):
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        yield from self._bind(target, partial(self.type_of, value))
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    yield name, partial(self.type_of, value)
                case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
                    left = ast.Name(target.id, ast.Load())
                    yield name, partial(self._binary, left, op, value)
                case ast.NamedExpr(target=ast.Name(id=name), value=value):
                    yield name, partial(self.type_of, value)
                case (
                    ast.For(target=target, iter=source)
                    | ast.comprehension(target=target, iter=source)
                ):
                    yield from self._bind(target, partial(self.element, source))
                case _:
                    yield from self._bind_unknown(node)

    def _bind(
        self, target: ast.expr, infer: Callable[[], Type | None]
    ) -> Iterator[tuple[str, Callable[[], Type | None]]]:
        match target:
            case ast.Name(id=name):
                yield name, infer
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                for elt in elts:
                    yield from self._bind(elt, lambda: _item_of(infer()))
            case ast.Starred(value=ast.Name(id=name)):
                yield name, lambda: Type("list")

    def _bind_unknown(self, node: ast.AST) -> Iterator[tuple[str, Callable[[], Type | None]]]:
        if not isinstance(node, ast.Name):
            for name in bound_names(node):
                yield name, lambda: None
        elif isinstance(node.ctx, ast.Del):
            yield node.id, lambda: None

    def type_of(self, node: ast.expr) -> Type | None:
        """Return the type of an expression, None when it is not known."""
        match node:
            case ast.Constant(value=value):
                return Type(type(value).__name__)
            case ast.JoinedStr():
                return STR
            case ast.Name(id=name):
                return self.env.get(name)
            case ast.List(elts=elts) | ast.Tuple(elts=elts) | ast.Set(elts=elts):
                return Type(type(node).__name__.lower(), self._all(elts))
            case ast.ListComp(elt=elt) | ast.SetComp(elt=elt):
                return Type("list" if isinstance(node, ast.ListComp) else "set", self.type_of(elt))
            case ast.Dict(keys=keys, values=values):
                if None in keys:
                    return Type("dict")
                return Type("dict", self._all([k for k in keys if k]), self._all(values))
            case ast.DictComp(key=key, value=value):
                return Type("dict", self.type_of(key), self.type_of(value))
            case _:
                return self._compound(node)

    def _all(self, nodes: list[ast.expr]) -> Type | None:
        result: Type | None = BOTTOM if nodes else None
        for node in nodes:
            result = join(result, self.type_of(node))
        return result

    def _compound(self, node: ast.expr) -> Type | None:
        match node:
            case ast.UnaryOp(op=ast.Not()):
                return BOOL
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.type_of(operand)
                return inner if inner in (INT, FLOAT, BOTTOM) else None
            case ast.Compare(ops=[ast.In() | ast.NotIn() | ast.Is() | ast.IsNot()]):
                return BOOL
            case ast.IfExp(body=body, orelse=orelse):
                return join(self.type_of(body), self.type_of(orelse))
            case ast.BoolOp(values=values):
                return self._all(values)
            case ast.NamedExpr(value=value):
                return self.type_of(value)
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(left, op, right)
            case ast.Subscript(value=value, slice=index):
                return self._subscript(self.type_of(value), index)
            case ast.Call():
                return self._call(node)
        return None

    def _binary(self, left: ast.expr, op: ast.operator, right: ast.expr) -> Type | None:
        a, b = self.type_of(left), self.type_of(right)
        if isinstance(op, ast.Mod) and a == STR:
            return STR
        if a is BOTTOM or b is BOTTOM:
            return BOTTOM
        if a is None or b is None:
            return None
        if a.name in _NUMBERS and b.name in _NUMBERS:
            return _arithmetic(a.name, op, b.name)
        if isinstance(op, ast.Add) and a.name == b.name and a.name in ("str", "list", "bytes"):
            return join(a, b)
        if isinstance(op, ast.Mult) and {a.name, b.name} & {"int", "bool"}:
            other = b if a.name in ("int", "bool") else a
            return other if other.name in ("str", "list", "bytes") else None
        return None

    def _subscript(self, value: Type | None, index: ast.expr) -> Type | None:
        if value is None or value is BOTTOM:
            return value
        if isinstance(index, ast.Slice):
            return value if value.name in ("list", "str", "bytes", "tuple") else None
        if value.name == "str":
            return STR
        if value.name == "dict":
            return value.values
        return value.items if value.name in ("list", "tuple", "range") else None

    def _call(self, node: ast.Call) -> Type | None:
        match node.func:
            case ast.Name(id=name) if self._is_builtin(name):
                return self._builtin_call(name, node)
            case ast.Attribute(value=value, attr=attr):
                found = self._method(self.type_of(value), attr)
                if found is not None:
                    return found
        path = self._resolve(node.func)
        last = (path or "").rpartition(".")[2]
        return Type(last) if path in _COLLECTIONS else None

    def _builtin_call(self, name: str, node: ast.Call) -> Type | None:
        if name in ("list", "set", "frozenset", "tuple", "sorted"):
            kind = "list" if name == "sorted" else name
            return Type(kind, self.element(node.args[0]) if node.args else None)
        if name in ("abs", "min", "max") and node.args:
            kinds = self._all(node.args) if len(node.args) > 1 or name == "abs" else None
            return kinds if kinds in (INT, FLOAT, STR) else None
        if name == "open":
            return Type("file")
        return _BUILTIN_CALLS.get(name)

    def _method(self, owner: Type | None, attr: str) -> Type | None:
        if owner is None or owner is BOTTOM:
            return owner
        if owner.name == "str":
            return _string_method(attr)
        if attr == "copy" and owner.name in ("list", "dict", "set"):
            return owner
        return None

    def element(self, source: ast.expr) -> Type | None:
        """Return the type of what iterating over an expression gives."""
        match source:
            case ast.Call(func=ast.Name(id="enumerate"), args=[_, *_]) if self._is_builtin(
                "enumerate"
            ):
                return Type("tuple")
            case ast.Call(func=ast.Attribute(value=owner, attr="keys"), args=[]):
                return _if_named(self.type_of(owner), "dict")
        kind = self.type_of(source)
        return kind if kind is BOTTOM else _item_of(kind)


_COLLECTIONS = frozenset(
    {"collections.deque", "collections.Counter", "collections.defaultdict",
     "collections.OrderedDict"}
)  # fmt: skip


def _if_named(kind: Type | None, name: str) -> Type | None:
    return kind.items if kind is not None and kind.name == name else None


def _item_of(kind: Type | None) -> Type | None:
    if kind is None or kind is BOTTOM:
        return kind
    if kind.name in ("str", "file"):
        return STR if kind.name == "str" else None
    if kind.name in ("bytes", "range"):
        return INT
    return kind.items


def _string_method(attr: str) -> Type | None:
    kinds = {
        TO_STR: STR,
        TO_BOOL: BOOL,
        TO_INT: INT,
        TO_LIST: Type("list", STR),
        TO_TUPLE: Type("tuple", STR),
    }
    return next((kind for names, kind in kinds.items() if attr in names), None)


def _arithmetic(a: str, op: ast.operator, b: str) -> Type | None:
    if isinstance(op, ast.Add | ast.Sub | ast.Mult | ast.FloorDiv | ast.Mod):
        return FLOAT if "float" in (a, b) else INT
    if isinstance(op, ast.Div):
        return FLOAT
    whole = isinstance(op, ast.BitAnd | ast.BitOr | ast.BitXor | ast.LShift | ast.RShift)
    return INT if whole and "float" not in (a, b) and (a, b) != ("bool", "bool") else None


def annotated(annotation: ast.expr | None) -> Type | None:
    """Return the type that an annotation claims, where it is a plain one."""
    match annotation:
        case ast.Constant(value=str(text)):
            tree = parse(text)
            inner = tree.body[0] if isinstance(tree, ast.Module) and tree.body else None
            return annotated(inner.value) if isinstance(inner, ast.Expr) else None
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return Type(_ANNOTATED[name]) if name in _ANNOTATED else None
        case ast.Subscript(value=value, slice=inner):
            return _parametrised(annotated(value), inner)
    return None


def _parametrised(base: Type | None, inner: ast.expr) -> Type | None:
    if base is None:
        return None
    if base.name == "tuple":
        elts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        kinds = [annotated(e) for e in elts if not isinstance(e, ast.Constant)]
        return replace(base, items=kinds[0] if len(set(kinds)) == 1 else None)
    if isinstance(inner, ast.Tuple):
        first, last = annotated(inner.elts[0]), annotated(inner.elts[-1])
        return replace(base, items=first, values=last)
    return replace(base, items=annotated(inner))
