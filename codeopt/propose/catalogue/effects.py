"""Say what running a piece of code may change, from its syntax.

Taken for granted, and said so in the documents: operators, comparisons, attribute reads and
methods with the well-known names of reading methods don't change unrelated containers.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from codeopt.propose.catalogue.names import bound_names
from codeopt.propose.catalogue.vocabulary import (
    MUTATORS,
    QUIET_BUILTINS,
    QUIET_MODULES,
    READERS,
)

_OPAQUE = (
    ast.Yield, ast.YieldFrom, ast.Await, ast.With, ast.AsyncWith, ast.AsyncFor, ast.Import,
    ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Global, ast.Nonlocal,
    ast.Match,
)  # fmt: skip


@dataclass(slots=True)
class Effects:
    """Collect what a block may change.

    ``rebound`` names get another value, ``mutated`` names have their object changed in place,
    ``attributes`` are stored, ``passed`` names go to calls of unknown effect. ``opaque`` is set
    when there is any such call: it may change everything that others can reach.
    """

    rebound: set[str] = field(default_factory=set)
    mutated: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    opaque: bool = False

    @property
    def none(self) -> bool:
        """Tell whether nothing is changed at all."""
        return not (self.rebound or self.mutated or self.attributes or self.opaque)


def root(node: ast.expr) -> str | None:
    """Return the name at the root of ``name.attribute[index].method()…``."""
    while True:
        match node:
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Starred(value=inner):
                node = inner
            case ast.Call(func=inner):
                node = inner
            case ast.Name(id=name):
                return name
            case _:
                return None


class EffectFinder:
    """Find the effects of code in a function whose names are known."""

    def __init__(
        self, is_builtin: Callable[[str], bool], resolve: Callable[[ast.expr], str | None]
    ) -> None:
        self._is_builtin = is_builtin
        self._resolve = resolve

    def of(self, *nodes: ast.AST) -> Effects:
        """Return what evaluating nodes may change (lambdas are taken as called)."""
        effects = Effects()
        for top in nodes:
            for node in ast.walk(top):
                self._add(node, effects)
        return effects

    def _add(self, node: ast.AST, effects: Effects) -> None:
        effects.rebound.update(bound_names(node))
        if isinstance(node, _OPAQUE):
            effects.opaque = True
        match node:
            case ast.Attribute(value=value, attr=attr, ctx=ast.Store() | ast.Del()):
                effects.attributes.add(attr)
                effects.mutated.add(root(value) or "")
            case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
                effects.mutated.add(root(value) or "")
            case ast.AugAssign(target=target):
                effects.mutated.add(root(target) or "")
            case ast.comprehension(is_async=1):
                effects.opaque = True
            case ast.Call():
                self._add_call(node, effects)

    def _add_call(self, call: ast.Call, effects: Effects) -> None:
        if self._quiet(call):
            self._add_function_arguments(call, effects)
            return
        match call.func:
            case ast.Name(id="next") if self._is_builtin("next") and call.args:
                effects.mutated.add(root(call.args[0]) or "")
            case ast.Attribute(value=value, attr=attr) if attr in MUTATORS:
                effects.mutated.add(root(value) or "")
                self._add_function_arguments(call, effects)
            case _:
                effects.opaque = True
                effects.passed.update(_names_in(call))

    def _quiet(self, call: ast.Call) -> bool:
        if isinstance(call.func, ast.Name) and self._is_builtin(call.func.id):
            return call.func.id in QUIET_BUILTINS
        path = self._resolve(call.func)
        if path is not None:
            return path.startswith(QUIET_MODULES)
        return isinstance(call.func, ast.Attribute) and call.func.attr in READERS

    def _add_function_arguments(self, call: ast.Call, effects: Effects) -> None:
        """Treat functions handed to a quiet call (``key=f``, ``map(f, …)``) as called."""
        handed = [k.value for k in call.keywords if k.arg in ("key", "default_factory")]
        if isinstance(call.func, ast.Name) and call.func.id in ("map", "filter"):
            handed += call.args[:1]
        for function in handed:
            if not self._harmless_function(function):
                effects.opaque = True

    def _harmless_function(self, node: ast.expr) -> bool:
        match node:
            case ast.Lambda() | ast.Constant(value=None):
                return True
            case ast.Name(id=name) if self._is_builtin(name):
                return name in QUIET_BUILTINS
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if self._is_builtin(name):
                return attr in READERS
            case ast.Call(func=func):
                return (self._resolve(func) or "").startswith("operator.")
        return (self._resolve(node) or "").startswith(("math.", "operator."))


def _names_in(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
