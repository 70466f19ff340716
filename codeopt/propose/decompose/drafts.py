"""Drafts: a target divided into parts, and the rules that every part of one must keep."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from codeopt.model.candidate import Candidate, FunctionSource, Origin
from codeopt.model.code import FunctionId
from codeopt.model.reasons import Code, Reason
from codeopt.model.tree import Node, NodeKind
from codeopt.propose.decompose.slices import Slice, outline
from codeopt.propose.digest import candidate_digest
from codeopt.propose.syntax import FUNCTION, Function, is_docstring, parse

NAME = "decompose"


@dataclass(frozen=True, slots=True)
class Part:
    """Hold one child: its reference text, and the part or target (``under``) that calls it.

    ``weight`` guesses its part of the target's time (0 to 1) before it is measured.
    """

    name: str
    kind: NodeKind
    text: str
    under: str
    weight: float = 0.0

    @property
    def contract(self) -> str:
        """Return the docstring."""
        return ast.get_docstring(function_in(self.text)) or ""

    @property
    def signature(self) -> str:
        """Return the head of the definition."""
        return signature_of(function_in(self.text))


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold a divided target: its new text, its parts, and what else they need.

    ``original`` is the text of the target before; ``slices`` are the blocks that were moved.
    """

    target: FunctionId
    original: str
    parent: str
    parts: tuple[Part, ...]
    others: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    slices: tuple[Slice, ...] = ()
    origin: Origin = field(default_factory=lambda: Origin(NAME, "blocks"))

    def part(self, name: str) -> Part:
        """Return a part by its name."""
        return next(part for part in self.parts if part.name == name)

    def text(self, name: str) -> str:
        """Return the text of a part, or of the divided target by its name."""
        return self.parent if name == self.target.name else self.part(name).text

    def leaves(self) -> tuple[Part, ...]:
        """Return the parts that were not divided further."""
        divided = {part.under for part in self.parts}
        return tuple(part for part in self.parts if part.name not in divided)

    def candidate(
        self, bodies: Mapping[str, Candidate] | None = None, origin: Origin | None = None
    ) -> Candidate:
        """Return the draft as a candidate, with other bodies for some of its parts."""
        bodies = bodies or {}
        helpers, imports = list(self.others), list(self.imports)
        for part in reversed(self.parts):  # children before those that call them
            body = bodies.get(part.name)
            helpers += [*body.helpers, body.functions[0].source] if body else [part.text]
            imports += body.imports if body else ()
        functions = (FunctionSource(self.target, self.parent),)
        new, needed = tuple(dict.fromkeys(helpers)), tuple(dict.fromkeys(imports))
        digest = candidate_digest(functions, new, needed)
        return Candidate(digest, self.target, functions, new, needed, origin or self.origin)

    def only(self, names: Collection[str]) -> Draft:
        """Return the draft with the blocks not named put back where they were."""
        if not self.slices or all(each.name in names for each in self.slices):
            return self
        kept = [each for each in self.slices if each.name in names]
        parent, _ = outline(self.original, kept)
        gone = {each.name for each in self.slices} - set(names)
        parts = tuple(part for part in self.parts if not self._is_below(part, gone))
        return replace(self, parent=parent, parts=parts, slices=tuple(kept))

    def _is_below(self, part: Part, names: Collection[str]) -> bool:
        while True:
            if part.name in names:
                return True
            if part.under == self.target.name:
                return False
            part = self.part(part.under)

    def root(self) -> Node:
        """Return the tree of the draft, nothing known of it."""
        top = Part(self.target.name, NodeKind.ROOT, self.parent, "")
        return self._node(top)

    def _node(self, part: Part) -> Node:
        below = tuple(self._node(p) for p in self.parts if p.under == part.name)
        return Node(part.name, part.kind, part.signature, part.contract, part.text, children=below)


def sliced(target: FunctionId, original: str, slices: Sequence[Slice]) -> Draft:
    """Return the draft in which blocks of the original are functions of their own."""
    parent, texts = outline(original, slices)
    parts = tuple(
        Part(each.name, NodeKind.SLICE, text, target.name, each.weight)
        for each, text in zip(slices, texts, strict=True)
    )
    return Draft(target, original, parent, parts, slices=tuple(slices))


def divided(target: FunctionId, original: str, answer: Candidate) -> Draft | Reason:
    """Read a draft out of an answer: the helpers that are functions are the parts."""
    parent = answer.functions[0].source
    problem = broken_rule(original, parent, ())
    if problem:
        return problem
    functions = {name: text for text in answer.helpers if (name := _function_name(text))}
    if not functions:
        return Reason(Code.NO_CHANGE, f"{target.name} is not divided: there is no new function")
    if problem := _problem(functions, target, original):
        return problem
    parts = _ordered(functions, parent, target.name)
    named = {part.name for part in parts}
    others = tuple(text for text in answer.helpers if _function_name(text) not in named)
    origin = replace(answer.origin, strategy=NAME, technique="divide")
    return Draft(target, original, parent, parts, others, answer.imports, origin=origin)


def extended(draft: Draft, name: str, answer: Candidate) -> Draft | Reason:
    """Return the draft with one part divided as an answer has it."""
    part = draft.part(name)
    inner = divided(FunctionId(draft.target.path, name), part.text, answer)
    if isinstance(inner, Reason):
        return inner
    names = {each.name for each in draft.parts} & {each.name for each in inner.parts}
    if names:
        return Reason(Code.OTHER_CODE, f"the new name {min(names)} is a part already")
    if draft.target.name in called(inner.parent) - called(part.text):
        return _recursion(name, draft.target.name)
    for each in inner.parts:
        if draft.target.name in called(each.text) - called(part.text):
            return _recursion(each.name, draft.target.name)
    at = draft.parts.index(part)
    parts = (*draft.parts[:at], replace(part, text=inner.parent), *inner.parts)
    return replace(
        draft,
        parts=(*parts, *draft.parts[at + 1 :]),
        others=(*draft.others, *inner.others),
        imports=tuple(dict.fromkeys((*draft.imports, *inner.imports))),
    )


def broken_rule(before: str, after: str, forbidden: Iterable[str]) -> Reason | None:
    """Say which rule a new body of a function breaks; ``forbidden`` are names it may not call.

    The head stays, decorators and kind included, and a part does not call what it is a part of.
    """
    old, new = function_in(before), function_in(after)
    if signature_of(old) != signature_of(new):
        text = f"the signature of {old.name} changes: {signature_of(new)}"
        return Reason(Code.SIGNATURE, text)
    if [ast.dump(d) for d in old.decorator_list] != [ast.dump(d) for d in new.decorator_list]:
        return Reason(Code.DECORATORS, f"the decorators of {old.name} change")
    if _is_generator(old) != _is_generator(new):
        return Reason(Code.KIND, f"{old.name} is no longer of the same kind")
    for name in sorted(forbidden):
        if name in called(after) - called(before):
            return _recursion(old.name, name)
    return None


def statements(text: str) -> int:
    """Count the statements of a function, its docstring left out."""
    body = function_in(text).body
    kept = body[1:] if is_docstring(body[:1]) else body
    return sum(isinstance(node, ast.stmt) for each in kept for node in ast.walk(each))


def called(text: str) -> frozenset[str]:
    """Name all that a text mentions: plain names, and attributes of self and cls."""
    tree = ast.parse(text)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    own = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and _is_self(n.value)]
    return frozenset(names | {node.attr for node in own})


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def signature_of(function: Function) -> str:
    """Return the head of a definition, annotations included."""
    head = "async def" if isinstance(function, ast.AsyncFunctionDef) else "def"
    returns = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    return f"{head} {function.name}({ast.unparse(function.args)}){returns}"


def function_in(text: str) -> Function:
    """Return the definition in a text; raise ValueError where there is none."""
    tree = parse(text)
    found = [] if isinstance(tree, str) else [n for n in tree.body if isinstance(n, FUNCTION)]
    if not found:
        raise ValueError("the text holds no function")
    return found[-1]


def _problem(functions: Mapping[str, str], target: FunctionId, original: str) -> Reason | None:
    """Say what is wrong with the parts of an answer."""
    for name, text in functions.items():
        if _is_stub(function_in(text)):
            return Reason(Code.STUB, f"the part {name} is not written out in full")
        if target.name in called(text) - called(original):
            return _recursion(name, target.name)
    return None


def _recursion(name: str, parent: str) -> Reason:
    return Reason(Code.FORBIDDEN, f"{name} calls {parent}, which it is a part of")


def _ordered(functions: Mapping[str, str], parent: str, root: str) -> tuple[Part, ...]:
    """Put the parts below the functions that call them, breadth first."""
    parts: list[Part] = []
    queue = [(root, parent)]
    while queue:
        under, text = queue.pop(0)
        for name in functions:
            if name in called(text) - {under} and all(part.name != name for part in parts):
                parts.append(Part(name, NodeKind.NEW, functions[name], under))
                queue.append((name, functions[name]))
    return tuple(parts)


def _function_name(text: str) -> str:
    tree = parse(text)
    if isinstance(tree, str) or len(tree.body) != 1 or not isinstance(tree.body[0], FUNCTION):
        return ""
    return tree.body[0].name


def _is_stub(function: Function) -> bool:
    body = function.body[1:] if is_docstring(function.body[:1]) else function.body
    return all(_is_nothing(node) for node in body)


def _is_nothing(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise):
        return "NotImplemented" in ast.unparse(node)
    ellipsis = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Pass) or ellipsis


def _is_generator(function: Function) -> bool:
    """Tell whether a function yields, not counting functions inside it."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, (*FUNCTION, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(node))
    return False
