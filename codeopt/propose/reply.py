"""Read a rewrite out of an answer, strictly: whole functions, named, and nothing else."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from codeopt.model.candidate import FunctionSource
from codeopt.model.code import FunctionId
from codeopt.model.reasons import Code, Reason
from codeopt.propose.blocks import Block, split
from codeopt.propose.existing import Existing, bound, existing, import_lines
from codeopt.propose.syntax import FUNCTION, Function, is_docstring, parse, shape, source_of

_LONGEST = 400_000
_EXPLANATION = 2_000
_PLACEHOLDER = re.compile(
    r"#.*(?:\.\.\.|…).*\b(?:existing|rest|same|unchanged|remain\w*|original|previous)\b"
    r"|#.*\b(?:existing|rest|same|unchanged|remain\w*|original|previous)\b.*(?:\.\.\.|…)"
    r"|#\s*your code here|#\s*TODO\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Say what an answer must rewrite: the target, its text at the margin, its file's text.

    ``along`` are functions that it may rewrite along with the target (see companions).
    """

    target: FunctionId
    original: str
    file: str
    along: tuple[FunctionSource, ...] = ()

    def companion(self, name: str) -> FunctionSource | None:
        """Return the function, or ``class.method``, of that name that may be rewritten, too."""
        return next((each for each in self.along if each.id.qualname == name), None)

    def shares(self, name: str) -> bool:
        """Tell whether methods of a class may be rewritten, too."""
        return any(each.id.class_name == name for each in self.along)


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what an answer offers: new texts, all of them definitions.

    ``others`` are those that change along with the function.
    """

    function: str
    helpers: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    explanation: str = ""
    others: tuple[FunctionSource, ...] = ()


def read_answer(text: str, asked: Asked, *, truncated: bool = False) -> Answer | Reason:
    """Return the rewrite in an answer, or the reason why there is none."""
    if not text.strip():
        return Reason(Code.EMPTY_ANSWER, "the answer is empty")
    if len(text) > _LONGEST:
        return _unparsable(f"the answer is too long ({len(text)} characters)")
    blocks, prose = split(text)
    found = _choose(blocks, asked, text)
    if isinstance(found, Reason):
        return _cut_off(found) if truncated else found
    parts = _Parts(asked, existing(asked.file))
    for module in found:
        problem = parts.take(module)
        if problem:
            return problem
    return parts.finish(prose)


@dataclass(frozen=True, slots=True)
class _Module:
    text: str
    tree: ast.Module


def _unparsable(text: str) -> Reason:
    return Reason(Code.UNPARSABLE, text, "the next step is one repair call")


def _cut_off(reason: Reason) -> Reason:
    text = f"the answer was cut off before its end: {reason.text}"
    return Reason(reason.code, text, "raise --reply-tokens")


# ---------------------------------------------------------------------------- blocks
def _choose(blocks: tuple[Block, ...], asked: Asked, text: str) -> tuple[_Module, ...] | Reason:
    """Pick the last block that defines the target, and blocks of definitions that support it."""
    python = [block for block in blocks if block.is_python]
    if not blocks:
        python = [Block("", text)]
    elif not python:
        return _unparsable("the answer has no block of Python (whole functions, not a diff)")
    foreign = next((b.file for b in python if b.file and not _is_file(b.file, asked)), "")
    if foreign:
        return Reason(Code.OTHER_CODE, f"the answer writes to another file, {foreign}")
    trees = [(block, parse(block.text)) for block in python]
    modules = [_Module(block.text, tree) for block, tree in trees if isinstance(tree, ast.Module)]
    holders = [module for module in modules if _holds(module.tree, asked.target)]
    if not holders:
        errors = [tree for _, tree in trees if isinstance(tree, str)]
        return _nothing_found(errors, asked, fenced=bool(blocks))
    supports = [m for m in modules if m not in holders and _only_defines(m.tree)]
    return (*supports, holders[-1])


def _nothing_found(errors: list[str], asked: Asked, *, fenced: bool) -> Reason:
    if not fenced:
        return _unparsable("the answer has no code block")
    if errors:
        return _unparsable(f"the code does not parse: {errors[-1]}")
    return _unparsable(f"the code does not define {asked.target.name}")


def _is_file(name: str, asked: Asked) -> bool:
    paths = {asked.target.path, *(each.id.path for each in asked.along)}
    return any(path == name or (".." not in name and path.endswith(f"/{name}")) for path in paths)


def _only_defines(tree: ast.Module) -> bool:
    return all(isinstance(node, _DEFINITIONS) for node in tree.body)


_DEFINITIONS = (
    *FUNCTION,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.Assign,
    ast.AnnAssign,
)


# ---------------------------------------------------------------------------- the target
def _holds(tree: ast.Module, target: FunctionId) -> bool:
    return any(_targets(node, target) for node in tree.body)


def _targets(node: ast.stmt, target: FunctionId) -> list[Function]:
    """Find the target in a top-level statement: bare, or inside its class."""
    if isinstance(node, FUNCTION):
        return [node] if node.name == target.name else []
    owner = target.class_name
    path = owner.rpartition("<locals>.")[2].split(".") if owner else []
    for start in range(len(path)):
        holder = _descend(node, path[start:])
        if holder is not None:
            return [n for n in holder.body if isinstance(n, FUNCTION) and n.name == target.name]
    return []


def _descend(node: ast.stmt, path: list[str]) -> ast.ClassDef | None:
    """Follow nested classes by name."""
    if not isinstance(node, ast.ClassDef) or node.name != path[0]:
        return None
    for name in path[1:]:
        inner = [n for n in node.body if isinstance(n, ast.ClassDef) and n.name == name]
        if not inner:
            return None
        node = inner[-1]
    return node


# ---------------------------------------------------------------------------- sorting
@dataclass(frozen=True, slots=True)
class _Helper:
    names: tuple[str, ...]
    text: str
    words: frozenset[str]


@dataclass(slots=True)
class _Parts:
    """Sort the statements of an answer."""

    asked: Asked
    existing: Existing
    function: str = ""
    words: frozenset[str] = frozenset()
    is_stub: bool = False
    helpers: list[_Helper] = field(default_factory=list)
    others: dict[FunctionId, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)

    def take(self, module: _Module) -> Reason | None:
        """Sort one block; return what is wrong with it."""
        for node in module.tree.body:
            problem = self._statement(module, node)
            if problem:
                return problem
        return None

    def _statement(self, module: _Module, node: ast.stmt) -> Reason | None:
        targets = _targets(node, self.asked.target)
        if targets:
            return self._target(module, node, targets)
        if isinstance(node, ast.Import | ast.ImportFrom):
            self.imports.update({line: name for name, line in import_lines(node)})
            return None
        if isinstance(node, _DEFINITIONS):
            return self._definition(module, node)
        if _is_demonstration(node):
            return None
        return _unparsable(f"line {node.lineno} is no definition: {_start(node)}")

    def _target(self, module: _Module, node: ast.stmt, targets: list[Function]) -> Reason | None:
        name = self.asked.target.name
        if self.function or len(targets) > 1:
            return _unparsable(f"the code defines {name} more than once")
        target = targets[0]
        self.function = source_of(module.text, target)
        self.words |= _words(target)
        gaps = {found.group() for found in _PLACEHOLDER.finditer(self.function)}
        self.is_stub = _is_stub(target) or any(gap not in self.asked.original for gap in gaps)
        return None if node is target else self._members(node, target, "")

    def _members(self, node: ast.stmt, target: Function, prefix: str) -> Reason | None:
        """Check that a class given around the target says nothing new."""
        assert isinstance(node, ast.ClassDef)
        inner = f"{prefix}{node.name}."
        for member in node.body:
            if member is target or _is_filler(member):
                continue
            if isinstance(member, ast.ClassDef) and target in ast.walk(member):
                problem = self._members(member, target, inner)
                if problem:
                    return problem
                continue
            known = [self._known(f"{inner}{name}", member) for name in bound(member)]
            if not known or not all(known):
                what = f"{inner}{(bound(member) or ['its body'])[0]}"
                return Reason(Code.OTHER_CODE, f"the answer also changes {what}")
        return None

    def _known(self, name: str, node: ast.stmt) -> bool:
        """Tell whether a restated definition is as it was, or only hinted at."""
        found = [s for key, s in self.existing.shapes.items() if f".{key}".endswith(f".{name}")]
        stub = isinstance(node, FUNCTION) and _is_stub(node)
        return bool(found) and (stub or any(shape(node) in shapes for shapes in found))

    def _definition(self, module: _Module, node: ast.stmt) -> Reason | None:
        names = bound(node)
        companion = self.asked.companion(names[0]) if isinstance(node, FUNCTION) else None
        if companion is not None:
            return self._companion(module, node, companion)
        if isinstance(node, ast.ClassDef) and self.asked.shares(node.name):
            return self._class(module, node)
        known = [name for name in names if name in self.existing.shapes]
        if known:
            same = shape(node) in self.existing.shapes[known[0]]
            stub = isinstance(node, FUNCTION) and _is_stub(node)
            if same or stub:
                return None
            return Reason(Code.OTHER_CODE, f"the answer also changes {known[0]}")
        if not names:
            return _unparsable(f"line {node.lineno} is no definition: {_start(node)}")
        if any(set(names) & set(helper.names) for helper in self.helpers):
            return _unparsable(f"the code defines {names[0]} more than once")
        self.helpers.append(_Helper(tuple(names), source_of(module.text, node), _words(node)))
        return None

    def _class(self, module: _Module, node: ast.ClassDef) -> Reason | None:
        """Take the methods that change along; of the rest of a class nothing is taken."""
        for member in (each for each in node.body if isinstance(each, FUNCTION)):
            known = self.asked.companion(f"{node.name}.{member.name}")
            if known is None:
                text = f"the answer also adds {node.name}.{member.name}"
                return Reason(Code.OTHER_CODE, text)
            problem = self._companion(module, member, known)
            if problem:
                return problem
        return None

    def _companion(self, module: _Module, node: ast.stmt, known: FunctionSource) -> Reason | None:
        """Take a function that changes along; one that is restated, or hinted at, does not."""
        before = parse(known.source)
        stub = isinstance(node, FUNCTION) and _is_stub(node)
        same = isinstance(before, ast.Module) and shape(before.body[0]) == shape(node)
        if known.id in self.others:
            return _unparsable(f"the code defines {known.id.name} more than once")
        if not same and not stub:
            self.others[known.id] = source_of(module.text, node)
            self.words |= _words(node)
        return None

    def finish(self, prose: str) -> Answer | Reason:
        """Drop what the target does not use, and check the rest."""
        if self.is_stub:
            return Reason(Code.STUB, f"{self.asked.target.name} is not written out in full")
        helpers, words = self._used()
        public = [n for helper in helpers for n in helper.names if not _is_private(n)]
        if public:
            text = f"the new name {public[0]} is public"
            return Reason(Code.PUBLIC_NAME, text, f"call it _{public[0]}")
        if self._unchanged() and not self.others:
            return Reason(Code.NO_CHANGE, f"{self.asked.target.name} is as it was")
        known = {*self.existing.imports, "from __future__ import annotations"}
        imports = [
            line
            for line, name in self.imports.items()
            if (name in words or name == "*") and line not in known
        ]
        texts = tuple(helper.text for helper in helpers)
        others = tuple(FunctionSource(id, text) for id, text in self.others.items())
        return Answer(self.function, texts, tuple(imports), prose[:_EXPLANATION], others)

    def _used(self) -> tuple[list[_Helper], frozenset[str]]:
        """Follow names from the target: helpers in their order, and all words that are used."""
        words = self.words
        used: set[int] = set()
        while True:
            more = {
                index
                for index, helper in enumerate(self.helpers)
                if index not in used and words & set(helper.names)
            }
            if not more:
                return [self.helpers[index] for index in sorted(used)], words
            used |= more
            words = words.union(*(self.helpers[index].words for index in more))

    def _unchanged(self) -> bool:
        before, after = parse(self.asked.original), parse(self.function)
        if isinstance(before, str) or isinstance(after, str):
            return self.asked.original.strip() == self.function.strip()
        return shape(before) == shape(after)


def _words(node: ast.AST) -> frozenset[str]:
    """List the names that a definition reads; words in texts count (annotations, eval)."""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and len(each.value) < 200:
            names.update(re.findall(r"[^\W\d]\w*", each.value))
    return frozenset(names)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _is_filler(node: ast.stmt) -> bool:
    constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Pass) or constant


def _is_demonstration(node: ast.stmt) -> bool:
    """Tell whether a statement only shows how the function is used: it does not count."""
    if isinstance(node, ast.Assert) or _is_filler(node):
        return True
    if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
        return True
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and ast.unparse(call.func) == "print"


def _is_stub(function: Function) -> bool:
    body = function.body[1:] if is_docstring(function.body) else function.body
    return all(_is_filler(node) or _raises_not_implemented(node) for node in body)


def _raises_not_implemented(node: ast.stmt) -> bool:
    return isinstance(node, ast.Raise) and "NotImplemented" in ast.unparse(node)


def _start(node: ast.stmt) -> str:
    line = ast.unparse(node).split("\n")[0]
    return line if len(line) <= 60 else f"{line[:59]}…"
