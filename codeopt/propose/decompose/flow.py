"""Which names a run of statements reads before it writes them, and which it certainly writes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from codeopt.propose.syntax import FUNCTION

_SCOPES = (*FUNCTION, ast.Lambda, ast.ClassDef, ast.GeneratorExp)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Flow:
    """Say what statements do with names.

    ``reads`` may be read before they are written, ``writes`` may be written, ``sure`` are written
    whenever the end is reached; ``ends`` says that it never is.
    """

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    sure: frozenset[str] = frozenset()
    ends: bool = False

    def then(self, other: Flow) -> Flow:
        """Return the flow of this and then the other."""
        if self.ends:
            return self
        reads = self.reads | (other.reads - self.sure)
        return Flow(reads, self.writes | other.writes, self.sure | other.sure, other.ends)

    def maybe(self) -> Flow:
        """Return the flow where this may not happen, or not to its end."""
        return Flow(self.reads, self.writes)

    def beside(self, other: Flow) -> Flow:
        """Return the flow where one of the two happens."""
        sure = other.sure if self.ends else self.sure if other.ends else self.sure & other.sure
        both = self.ends and other.ends
        return Flow(self.reads | other.reads, self.writes | other.writes, sure, both)


def flow(statements: Iterable[ast.stmt]) -> Flow:
    """Return the flow of statements that follow each other."""
    found = Flow()
    for statement in statements:
        found = found.then(_statement(statement))
    return found


def target_flow(target: ast.expr) -> Flow:
    """Return the flow of assigning to a target: names are written, the rest is read."""
    names = frozenset(
        n.id for n in ast.walk(target) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    )
    return Flow(_loaded(target), names, names)


def _statement(node: ast.stmt) -> Flow:
    match node:
        case ast.Assign():
            return _in_order(_expression(node.value), *map(target_flow, node.targets))
        case ast.AnnAssign():
            return _expression(node.value).then(target_flow(node.target)) if node.value else Flow()
        case ast.AugAssign():
            read = Flow(_loaded(node.target) | target_flow(node.target).writes)
            return _in_order(read, _expression(node.value), target_flow(node.target))
        case ast.If():
            return _expression(node.test).then(flow(node.body).beside(flow(node.orelse)))
        case ast.For() | ast.AsyncFor():
            body = target_flow(node.target).then(flow(node.body)).maybe()
            return _in_order(_expression(node.iter), body, flow(node.orelse).maybe())
        case ast.While():
            body = flow(node.body).maybe()
            return _in_order(_expression(node.test), body, flow(node.orelse).maybe())
        case ast.With() | ast.AsyncWith():
            return with_flow(node).then(flow(node.body))
        case ast.Try() | ast.TryStar():
            return _try(node)
        case ast.Match():
            cases = [_case(case).maybe() for case in node.cases]
            return _in_order(_expression(node.subject), *cases)
        case _:
            return _simple(node)


def _simple(node: ast.stmt) -> Flow:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return Flow(_loaded(node)).then(_written(node.name))
        case ast.Import() | ast.ImportFrom():
            return _written(*((a.asname or a.name).partition(".")[0] for a in node.names))
        case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
            found = _expression(node)
            return Flow(found.reads, found.writes, found.sure, ends=True)
        case ast.Delete():
            names = frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
            return Flow(names, names)
        case _:
            return _expression(node)


def with_flow(node: ast.With | ast.AsyncWith) -> Flow:
    """Return the flow of what is entered, without the body."""
    parts = []
    for item in node.items:
        parts.append(_expression(item.context_expr))
        if item.optional_vars is not None:
            parts.append(target_flow(item.optional_vars))
    return _in_order(*parts)


def _try(node: ast.Try | ast.TryStar) -> Flow:
    body = flow(node.body)
    found = body.then(flow(node.orelse))
    for handler in node.handlers:
        name = frozenset([handler.name] if handler.name else [])
        caught = _in_order(_expression(handler.type), Flow(writes=name), flow(handler.body))
        cut_short = Flow(body.reads, body.writes).then(Flow(caught.reads - name, caught.writes))
        found = found.beside(Flow(cut_short.reads, cut_short.writes, caught.sure, caught.ends))
    last = flow(node.finalbody)
    return found.then(last) if not found.ends else found.beside(found.maybe().then(last))


def _case(case: ast.match_case) -> Flow:
    named = (ast.MatchAs, ast.MatchStar)
    names = [n.name for n in ast.walk(case.pattern) if isinstance(n, named) and n.name]
    rest = [n.rest for n in ast.walk(case.pattern) if isinstance(n, ast.MatchMapping) and n.rest]
    captured = _written(*names, *rest)
    reads = Flow(_loaded(case.pattern))
    return _in_order(reads, captured, _expression(case.guard), flow(case.body))


def _expression(node: ast.AST | None) -> Flow:
    if node is None:
        return Flow()
    named = [n.target.id for n in ast.walk(node) if isinstance(n, ast.NamedExpr)]
    return Flow(_loaded(node), frozenset(named))


def _loaded(node: ast.AST) -> frozenset[str]:
    """Name what a node reads of the function around it; what comprehensions bind is their own."""
    if isinstance(node, ast.Name):
        return frozenset() if isinstance(node.ctx, ast.Store) else frozenset({node.id})
    found = frozenset[str]().union(*(_loaded(child) for child in ast.iter_child_nodes(node)))
    if isinstance(node, _COMPREHENSIONS):
        bound = [n for each in node.generators for n in ast.walk(each.target)]
        first = _loaded(node.generators[0].iter)  # is evaluated outside
        return (found - {n.id for n in bound if isinstance(n, ast.Name)}) | first
    if isinstance(node, ast.Lambda):
        return found - {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
    return found


def _written(*names: str) -> Flow:
    found = frozenset(names)
    return Flow(writes=found, sure=found)


def _in_order(*parts: Flow) -> Flow:
    found = Flow()
    for part in parts:
        found = found.then(part)
    return found


def after(body: Sequence[ast.stmt], node: ast.stmt) -> tuple[ast.stmt, ...] | None:
    """Return what may run after a statement somewhere below; None when it is not there.

    What holds it is there again where it repeats, or where something else may take over from it.
    """
    for number, each in enumerate(body):
        later = tuple(body[number + 1 :])
        if each is node:
            return later
        again = isinstance(each, ast.For | ast.AsyncFor | ast.While | ast.Try | ast.TryStar)
        for inner in bodies(each):
            found = after(inner, node)
            if found is not None:
                return (*found, *([each] if again else []), *later)
    return None


def bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the lists of statements that a statement holds."""
    for name in ("body", "orelse", "finalbody"):
        found = getattr(node, name, None)
        if isinstance(found, list):
            yield found
    for holder in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield holder.body


def captured(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Name what functions, lambdas and generator expressions among nodes may look at later."""
    return frozenset().union(*(_loaded(n) for n in nodes if isinstance(n, _SCOPES)))
