"""Answer questions about the names and the shape of one function."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from keyword import iskeyword

from codeopt.propose.catalogue.names import (
    BUILTINS,
    Function,
    FunctionNames,
    ModuleNames,
    Nested,
    function_names,
    target_names,
    walk_inline,
)
from codeopt.propose.catalogue.text import Text


@dataclass(slots=True)
class Additions:
    """Collect what earlier rewrites of the same candidate add to the module."""

    helpers: list[str] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class Structure:
    """Hold one function of a module, and what its names are bound to."""

    def __init__(
        self,
        text: Text,
        function: Function,
        *,
        around: tuple[ast.AST, ...],
        module: ModuleNames,
    ) -> None:
        self.text_of_module = text
        self.function = function
        self.around = around
        self.module = module
        self.additions = Additions()
        self.names: FunctionNames = function_names(function, around)
        self.parents = {
            child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)
        }
        self._by_name = _index_names(function)
        self._taken: set[str] = set()
        self._own = tuple(walk_inline(*function.body))

    def start_over(self, additions: Additions) -> None:
        """Forget the names that were reserved, and note what the module has got meanwhile."""
        self.additions = additions
        self._taken.clear()

    def is_builtin(self, name: str) -> bool:
        """Tell whether a name means the built-in everywhere in the function."""
        return name in BUILTINS and not self.module.star and not self._binds(name)

    def _binds(self, name: str) -> bool:
        return name in self.module.bound or self.binds_locally(name)

    def binds_locally(self, name: str) -> bool:
        """Tell whether the function, or one around it, binds a name."""
        n = self.names
        groups = (n.parameters, n.bound, n.foreign, n.enclosing, n.comprehended)
        return any(name in group for group in groups)

    def resolve(self, node: ast.expr) -> str | None:
        """Return the dotted path of an imported thing (``re.compile``), None for others."""
        if isinstance(node, ast.Attribute):
            inner = self.resolve(node.value)
            return f"{inner}.{node.attr}" if inner else None
        if not isinstance(node, ast.Name) or self.module.star:
            return None
        return None if self.binds_locally(node.id) else self.module.imported.get(node.id)

    def is_constant(self, name: str) -> bool:
        """Tell whether a name means a module-level literal that is bound once."""
        return not self.binds_locally(name) and name in self.module.constants

    def plain(self, name: str) -> bool:
        """Tell whether a name is a local variable that only this function's own code can reach."""
        n = self.names
        others = n.foreign | n.captured | n.comprehended
        return name in n.parameters | n.bound and name not in others

    def uses(self, name: str) -> list[ast.Name]:
        """Return all places of a name in the function, nested functions included, in order."""
        return self._by_name.get(name, [])

    def used_in(self, name: str, *nodes: ast.AST) -> bool:
        """Tell whether nodes mention a name."""
        return any(isinstance(n, ast.Name) and n.id == name for top in nodes for n in ast.walk(top))

    def confined(self, name: str, node: ast.AST) -> bool:
        """Tell whether no value that ``node`` gives to a name is read outside of it."""
        inside = set(ast.walk(node))
        return all(use in inside or self._bound_by_other_loop(use, node) for use in self.uses(name))

    def _bound_by_other_loop(self, use: ast.Name, node: ast.AST) -> bool:
        for ancestor in self.ancestors(use):
            if isinstance(ancestor, ast.For) and node not in set(ast.walk(ancestor)):
                parts: list[ast.AST] = [ancestor.target, *ancestor.body]
                if use.id in target_names(ancestor.target) and _within(use, parts):
                    return True
        return False

    def fresh(self, base: str) -> str:
        """Return a name that nothing in the module uses, and reserve it."""
        numbered = (f"{base}{n}" for n in range(2, 1000))
        name = base if self.is_free(base) else next(n for n in numbered if self.is_free(n))
        self._taken.add(name)
        return name

    def is_free(self, name: str) -> bool:
        """Tell whether nothing in the module uses a name, and it can be one."""
        groups = (self.module.used, BUILTINS, self.additions.names, self._taken, self._by_name)
        return name.isidentifier() and not iskeyword(name) and not any(name in g for g in groups)

    def constant(self, base: str, text: str) -> tuple[str, tuple[str, ...]]:
        """Name a module-level constant; return the name and its definition."""
        for helper in self.additions.helpers:
            name, _, value = helper.partition(" = ")
            if value == text:
                return name, (helper,)
        name = self.fresh(base)
        helper = f"{name} = {text}"
        self.additions.helpers.append(helper)
        self.additions.names.add(name)
        return name, (helper,)

    def reach(self, module: str, name: str) -> tuple[str, tuple[str, ...]] | None:
        """Return text that names ``module.name`` here, and the import line that it needs."""
        for bound, path in self.module.imported.items():
            reachable = self.resolve(ast.Name(bound, ast.Load())) is not None
            if reachable and path in (module, f"{module}.{name}"):
                return (f"{bound}.{name}" if path == module else bound), ()
        line = f"import {module}" if module == "heapq" else f"from {module} import {name}"
        new = module if module == "heapq" else name
        if line not in self.additions.imports and (new in self.module.used or new in BUILTINS):
            return None
        return (f"heapq.{name}" if module == "heapq" else name), (line,)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, innermost first, up to the function."""
        while node is not self.function and node in self.parents:
            node = self.parents[node]
            yield node

    def statement(self, node: ast.AST) -> ast.stmt:
        """Return the statement that holds an expression."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def inside(self, node: ast.AST, kinds: tuple[type[ast.AST], ...]) -> bool:
        """Tell whether a node lies inside a node of one of some kinds, in the function."""
        return any(isinstance(a, kinds) and a is not self.function for a in self.ancestors(node))

    def guarded(self, node: ast.AST) -> bool:
        """Tell whether code around a node may go on after an exception in it."""
        return any(
            isinstance(a, ast.Try | ast.TryStar)
            or (isinstance(a, ast.With | ast.AsyncWith) and not self._only_opens(a))
            for a in self.ancestors(node)
        )

    def _only_opens(self, block: ast.With | ast.AsyncWith) -> bool:
        return all(
            isinstance(item.context_expr, ast.Call)
            and isinstance(item.context_expr.func, ast.Name)
            and item.context_expr.func.id == "open"
            and self.is_builtin("open")
            for item in block.items
        )

    def inside_of(self, node: ast.AST, outer: ast.AST) -> bool:
        """Tell whether a node lies inside another one."""
        return any(ancestor is outer for ancestor in self.ancestors(node))

    def nodes(self) -> tuple[ast.AST, ...]:
        """Return the function's own code, without what is in functions, lambdas and classes."""
        return self._own

    def blocks(self) -> Iterator[list[ast.stmt]]:
        """Yield the statement lists of the function's own code in which lines can be added."""
        yield self.function.body
        for node in self.nodes():
            if isinstance(node, Nested):
                continue
            for name in ("body", "orelse", "finalbody"):
                block = getattr(node, name, None)
                if isinstance(block, list) and block and not self._is_elif(node, name):
                    yield block
            if isinstance(node, ast.Match):
                yield from (case.body for case in node.cases)

    def _is_elif(self, node: ast.AST, name: str) -> bool:
        block = getattr(node, name)
        if name != "orelse" or not isinstance(node, ast.If) or not isinstance(block[0], ast.If):
            return False
        return self.text_of_module.segment(block[0]).startswith("elif")

    def block_of(self, statement: ast.stmt) -> list[ast.stmt] | None:
        """Return the statement list that holds a statement, if lines can be added there."""
        return next((block for block in self.blocks() if statement in block), None)

    def same(self, *nodes: ast.AST) -> bool:
        """Tell whether nodes are the same code."""
        first, *rest = (ast.dump(node) for node in nodes)
        return all(other == first for other in rest)

    def tested(self, node: ast.AST) -> bool:
        """Tell whether only the truth of an expression is asked for."""
        parent = self.parents[node]
        if isinstance(parent, ast.BoolOp):
            return self.tested(parent)
        if isinstance(parent, ast.If | ast.While | ast.IfExp | ast.Assert):
            return parent.test is node
        if isinstance(parent, ast.comprehension):
            return node in parent.ifs
        return isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)


def _index_names(function: Function) -> dict[str, list[ast.Name]]:
    index: dict[str, list[ast.Name]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            index.setdefault(node.id, []).append(node)
    return index


def _within(node: ast.AST, parts: Iterable[ast.AST]) -> bool:
    return any(node in set(ast.walk(part)) for part in parts)
