"""Give rewrites the facts about one function: names, types, effects, and edits of its text."""

from __future__ import annotations

import ast
from enum import IntEnum

from codeopt.propose.catalogue.editing import Editor
from codeopt.propose.catalogue.effects import EffectFinder, Effects
from codeopt.propose.catalogue.inference import Inference, Type
from codeopt.propose.catalogue.names import Comprehension, Function, ModuleNames
from codeopt.propose.catalogue.text import Text
from codeopt.propose.catalogue.vocabulary import IMMUTABLE, KEEPING_METHODS, READING_BUILTINS


class Stability(IntEnum):
    """Say how sure it is that a name's value stays the same while a block runs."""

    NO = 0
    LIKELY = 1
    SURE = 2


class Scope(Editor):
    """Hold one function of a module, with facts about its names, types and effects."""

    def __init__(
        self,
        text: Text,
        function: Function,
        *,
        around: tuple[ast.AST, ...],
        module: ModuleNames,
    ) -> None:
        super().__init__(text, function, around=around, module=module)
        self._contained: dict[str, bool] = {}
        finder = EffectFinder(self.is_builtin, self.resolve)
        self.effects = finder.of
        self._whole = finder.of(*function.body)
        unknown = self.names.foreign | self.names.captured
        self._exact, self._likely = (
            Inference(
                function, self.is_builtin, self.resolve, unknown=unknown, trust_annotations=trust
            )
            for trust in (False, True)
        )

    def exact(self, node: ast.expr) -> Type | None:
        """Return the type that an expression certainly has."""
        return self._trusted(node, self._exact)

    def likely(self, node: ast.expr) -> Type | None:
        """Return the type that an expression has if annotations are right."""
        return self._trusted(node, self._likely)

    def _trusted(self, node: ast.expr, inference: Inference) -> Type | None:
        kind = inference.type_of(node)
        return self._settle(kind, node)

    def element(self, node: ast.expr, *, exact: bool = False) -> Type | None:
        """Return the type of what iterating over an expression gives."""
        settled = self.exact(node) if exact else self.likely(node)
        if isinstance(node, ast.Name):
            return settled.items if settled else None
        return _known((self._exact if exact else self._likely).element(node))

    def _settle(self, kind: Type | None, node: ast.expr) -> Type | None:
        kind = _known(kind)
        if kind is None or kind.name in IMMUTABLE or not isinstance(node, ast.Name):
            return kind
        grown = node.id in self._whole.mutated or not self.contained(node.id)
        parameter = node.id in self.names.parameters
        return Type(kind.name) if grown and not parameter else kind

    def contained(self, name: str) -> bool:
        """Tell whether the object behind a name is created here and no one else can reach it."""
        if name not in self._contained:
            own = self.plain(name) and name not in self.names.parameters
            self._contained[name] = own and all(self._keeps(use) for use in self.uses(name))
        return self._contained[name]

    def _keeps(self, use: ast.Name) -> bool:
        parent = self.parents[use]
        if isinstance(use.ctx, ast.Store):
            return _stores_new(parent, use, self)
        if self.tested(use):
            return True
        match parent:
            case ast.Attribute(attr=attr):
                call = self.parents[parent]
                return (
                    attr in KEEPING_METHODS and isinstance(call, ast.Call) and call.func is parent
                )
            case ast.Subscript() | ast.Return() | ast.Compare() | ast.FormattedValue():
                return not isinstance(parent, ast.Subscript) or parent.value is use
            case ast.For(iter=it) | ast.comprehension(iter=it):
                return it is use
            case ast.Delete():
                return True
            case ast.BinOp(op=ast.Add() | ast.Mult() | ast.Mod()):
                return True
            case ast.AugAssign(value=value):
                return value is use
            case ast.Call(args=[first, *others]) if first is use or use in others:
                return self._only_reads(parent, use)
        return False

    def _only_reads(self, call: ast.Call, use: ast.Name) -> bool:
        match call.func:
            case ast.Name(id="min" | "max" | "sum" as name):
                return self.is_builtin(name) and call.args == [use]
            case ast.Name(id=name) if self.is_builtin(name):
                return name in READING_BUILTINS
            case ast.Attribute(value=ast.Constant(), attr="join"):
                return True
            case ast.Attribute(value=ast.Name() as owner, attr="extend" | "update" | "join"):
                return _known(self._exact.type_of(owner)) is not None
        return False

    def stability(self, name: str, *block: ast.AST) -> Stability:
        """Tell how sure it is that neither a name nor its object changes while a block runs."""
        return self._stability(name, self.effects(*block))

    def _stability(self, name: str, effects: Effects) -> Stability:
        if not self.plain(name) or name in effects.rebound:
            return Stability.NO
        kind = self.exact(ast.Name(name, ast.Load()))
        if kind is not None and kind.name in IMMUTABLE:
            return Stability.SURE
        if any(self._may_be_same(name, other) for other in effects.mutated):
            return Stability.NO
        if self.contained(name):
            return Stability.SURE
        likely = self.likely(ast.Name(name, ast.Load()))
        if likely is not None and likely.name in IMMUTABLE:
            return Stability.LIKELY
        if effects.opaque:
            return Stability.NO if name in effects.passed else Stability.LIKELY
        return Stability.SURE

    def stable_expression(self, node: ast.expr, *block: ast.AST) -> Stability:
        """Tell how sure it is that an expression gives the same value all through a block."""
        effects = self.effects(*block)
        if not self.effects(node).none:
            return Stability.NO
        worst = Stability.SURE
        for part in ast.walk(node):
            if isinstance(part, ast.Lambda | ast.NamedExpr | ast.FormattedValue | ast.JoinedStr):
                return Stability.NO
            if isinstance(part, ast.Name):
                worst = min(worst, self._part_stability(part.id, effects))
            if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Load):
                worst = min(worst, self._attribute_stability(part, effects))
        return worst

    def _part_stability(self, name: str, effects: Effects) -> Stability:
        if self.is_builtin(name) or self.is_constant(name):
            return Stability.SURE
        imported = self.resolve(ast.Name(name, ast.Load())) is not None
        return Stability.SURE if imported else self._stability(name, effects)

    def _attribute_stability(self, node: ast.Attribute, effects: Effects) -> Stability:
        call = self.parents.get(node)
        if self.resolve(node) or (isinstance(call, ast.Call) and call.func is node):
            return Stability.SURE
        if node.attr in effects.attributes or effects.opaque:
            return Stability.NO
        return Stability.LIKELY

    def _may_be_same(self, name: str, other: str) -> bool:
        if other == name or not other:
            return True
        if self.contained(name) or self.contained(other):
            return False
        a, b = (self.exact(ast.Name(n, ast.Load())) for n in (name, other))
        return a is None or b is None or a.name == b.name

    def pure(self, *nodes: ast.AST) -> bool:
        """Tell whether evaluating nodes changes nothing."""
        return self.effects(*nodes).none


def _stores_new(parent: ast.AST, use: ast.Name, scope: Scope) -> bool:
    match parent:
        case ast.AugAssign():
            return True
        case ast.Assign(targets=[target], value=value):
            return target is use and _creates(value, scope)
        case ast.AnnAssign(value=ast.expr() as value):
            return _creates(value, scope)
    return False


def _creates(value: ast.expr, scope: Scope) -> bool:
    match value:
        case ast.List() | ast.Dict() | ast.Set() | ast.Tuple() | ast.Constant() | ast.JoinedStr():
            return True
        case ast.BinOp():
            return scope.exact(value) is not None
    if isinstance(value, Comprehension):
        return True
    return isinstance(value, ast.Call) and scope.exact(value) is not None


def _known(kind: Type | None) -> Type | None:
    if kind is None or kind.name.startswith("<"):
        return None
    items, values = _known(kind.items), _known(kind.values)
    return Type(kind.name, items, values)
