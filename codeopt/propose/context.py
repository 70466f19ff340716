"""Gather what a reader needs to understand a function, the most relevant first.

Its class, what it calls, constants, types, callers with what they do with the result, tests: found
through the code graph, in other files, too, and chosen within a budget of tokens.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from codeopt.model.code import CallSite, FunctionId, is_test
from codeopt.ports import Assignment
from codeopt.propose.source import Files, text_of
from codeopt.propose.syntax import FUNCTION, Function, at_margin, source_of
from codeopt.propose.usage import uses

__all__ = ["context_of", "function_text", "parts_of", "text_of"]

_BYTES_A_TOKEN = 3  # as tokens are guessed elsewhere
_CALLERS = 5
_TESTS = 2
_TEST_LINES = 15
_LONGEST_LINE = 120


@dataclass(frozen=True, slots=True)
class Part:
    """Hold one piece of the surroundings; the greater ``relevance``, the sooner it has room."""

    kind: str
    text: str
    relevance: float

    @property
    def tokens(self) -> int:
        """Guess the tokens that it takes."""
        return -(-len(self.text.encode("utf-8", "replace")) // _BYTES_A_TOKEN)


def function_text(assignment: Assignment) -> str:
    """Return the text of the target at the margin, decorators included."""
    info = assignment.target
    source = assignment.sources[info.id.path]
    start = source.rfind(b"\n", 0, info.span.start_byte) + 1
    margin = source[start : info.span.start_byte].decode("utf-8", "replace")
    text = source[info.span.start_byte : info.span.end_byte].decode("utf-8", "replace")
    return at_margin(text.replace("\r\n", "\n"), margin if not margin.strip() else "")


def context_of(assignment: Assignment, shown: Collection[FunctionId] = ()) -> str:
    """Describe the surroundings of the target as a piece of Python, within its budget.

    Functions that are ``shown`` elsewhere are left out.
    """
    return "\n\n".join(part.text for part in chosen(assignment, shown))


def chosen(assignment: Assignment, shown: Collection[FunctionId] = ()) -> tuple[Part, ...]:
    """Choose the most relevant parts that have room in ``context_tokens``; keep their order."""
    parts = parts_of(assignment, shown)
    room = assignment.context_tokens
    kept = set()
    for place in sorted(range(len(parts)), key=lambda place: (-parts[place].relevance, place)):
        if parts[place].tokens <= room:
            room -= parts[place].tokens
            kept.add(place)
    return tuple(part for place, part in enumerate(parts) if place in kept)


def parts_of(assignment: Assignment, shown: Collection[FunctionId] = ()) -> tuple[Part, ...]:
    """List all surroundings of the target."""
    around = _Surroundings(assignment, frozenset(shown))
    return tuple(part for part in around.parts() if part.text)


@dataclass(slots=True)
class _Surroundings:
    assignment: Assignment
    shown: frozenset[FunctionId] = frozenset()
    files: Files = field(init=False)
    target: FunctionId = field(init=False)

    def __post_init__(self) -> None:
        self.files = Files(self.assignment.sources)
        self.target = self.assignment.target.id

    def parts(self) -> Iterator[Part]:
        """Yield the surroundings in the order in which they are shown."""
        owner = self._owner()
        if owner is not None:
            yield Part("class", self._class(owner), 10.0)
        yield from self._callees()
        yield Part("constants", self._constants(), 7.0)
        yield from self._types()
        yield from self._callers()
        yield from self._tests()

    def _owner(self) -> ast.ClassDef | None:
        """Find the class that directly holds the target."""
        body: list[ast.stmt] = self.files.tree(self.target.path).body
        found: ast.ClassDef | None = None
        name = self.target.class_name
        for part in name.replace(".<locals>", "").split(".") if name else ():
            holders = [n for n in body if isinstance(n, ast.ClassDef) and n.name == part]
            if not holders:
                return None
            found, body = holders[-1], holders[-1].body
        return found

    def _class(self, owner: ast.ClassDef) -> str:
        """Show a class with its attributes, its ``__init__`` and the methods that are called."""
        calls = self.assignment.target.calls
        called = {site.callee.rpartition(".")[2] for site in calls if _on_self(site)}
        wanted = {"__init__", *called} - {self.target.name}
        bases = ", ".join(ast.unparse(base) for base in owner.bases)
        lines = [f"class {owner.name}({bases}):" if bases else f"class {owner.name}:"]
        for member in owner.body:
            if isinstance(member, ast.Assign | ast.AnnAssign):
                lines.append(f"    {ast.unparse(member)}")
            elif isinstance(member, FUNCTION) and member.name in wanted:
                shown = self.files.shown(self.target.path, member)
                lines += [f"    {line}" for line in shown.split("\n")]
        return "\n".join(lines)

    # ------------------------------------------------------------------ what the target needs
    def _callees(self) -> Iterator[Part]:
        """Show the functions that are called, those on hot lines first to have room."""
        owner = self.target.class_name
        heat = self._heat()
        for callee in self._called():
            if callee.path == self.target.path and owner and callee.class_name == owner:
                continue  # shown with the class
            node = self.files.function(callee)
            if node is None or callee == self.target or callee in self.shown:
                continue
            text = self.files.shown(callee.path, node)
            where = f"# from {callee.path}\n" if callee.path != self.target.path else ""
            yield Part("callee", f"{where}{text}", 5.0 + 4.0 * heat.get(callee.name, 0.0))

    def _called(self) -> tuple[FunctionId, ...]:
        graph = self.assignment.graph
        if graph is not None:
            return graph.callees(self.target)
        names = {site.callee for site in self.assignment.target.calls}
        body = self.files.tree(self.target.path).body
        here = [n.name for n in body if isinstance(n, FUNCTION) and n.name in names]
        return tuple(FunctionId(self.target.path, name) for name in here)

    def _heat(self) -> dict[str, float]:
        """Return the share of the target's time on the lines that call each name."""
        spot = self.assignment.hotspot
        total = sum(line.seconds for line in spot.lines) if spot else 0.0
        if spot is None or total <= 0:
            return {}
        seconds = {line.line: line.seconds / total for line in spot.lines}
        heat: dict[str, float] = {}
        for site in self.assignment.target.calls:
            name = site.callee.rpartition(".")[2]
            heat[name] = heat.get(name, 0.0) + seconds.get(site.line, 0.0)
        return heat

    def _constants(self) -> str:
        """Show the imports and the module-level assignments that the target mentions."""
        text, words = self.files.text(self.target.path), self._words()
        found = []
        for node in self.files.tree(self.target.path).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {(a.asname or a.name).partition(".")[0] for a in node.names}
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            else:
                continue
            if names & words:
                found.append(source_of(text, node))
        return "\n".join(found)

    def _words(self) -> set[str]:
        node = self.files.function(self.target)
        names = ast.walk(node) if node is not None else ()
        return {each.id for each in names if isinstance(each, ast.Name)}

    def _types(self) -> Iterator[Part]:
        """Show the fields of the repository's classes that the signature names."""
        node = self.files.function(self.target)
        if node is None:
            return
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        notes = [each.annotation for each in arguments if each.annotation]
        notes += [node.returns] if node.returns else []
        names = {word for note in notes for word in _words_in(note)} - {
            (self.target.class_name or "").rpartition(".")[2]
        }
        for file in self.assignment.code.files:
            here = names if file.path == self.target.path else names & self._imported()
            for info in file.classes:
                if info.qualname in here:
                    yield Part("type", self._fields(file.path, info.qualname), 4.0)

    def _imported(self) -> set[str]:
        info = self.assignment.code.by_path.get(self.target.path)
        return {each.bound for each in info.imports if each.name} if info else set()

    def _fields(self, path: str, name: str) -> str:
        body = self.files.tree(path).body
        owner = next((n for n in body if isinstance(n, ast.ClassDef) and n.name == name), None)
        fields = [m for m in owner.body if isinstance(m, ast.AnnAssign)] if owner else []
        if owner is None or not fields:
            return ""
        marks = [f"@{ast.unparse(each)}" for each in owner.decorator_list]
        bases = ", ".join(ast.unparse(base) for base in owner.bases)
        head = f"class {name}({bases}):" if bases else f"class {name}:"
        return "\n".join([*marks, head, *(f"    {ast.unparse(each)}" for each in fields)])

    # ------------------------------------------------------------------ who needs the target
    def _users(self, *, tests: bool) -> list[tuple[FunctionId, Function]]:
        """List the functions that call the target, or seem to, the same file first."""
        graph = self.assignment.graph
        if graph is None:
            return []
        found = [*graph.callers(self.target), *graph.possible_callers(self._name())]
        known = [each for each in dict.fromkeys(found) if is_test(each.path) == tests]
        near = sorted(known, key=lambda each: (each.path != self.target.path, each.path))
        nodes = ((each, self.files.function(each)) for each in near if each != self.target)
        return [(each, node) for each, node in nodes if node is not None]

    def _name(self) -> str:
        """Return the name by which the target is called: of a constructor that of its class."""
        if self.target.name == "__init__" and self.target.class_name:
            return self.target.class_name.rpartition(".")[2]
        return self.target.name

    def _callers(self) -> Iterator[Part]:
        lines: list[str] = []
        for caller, node in self._users(tests=False):
            for statement, use in uses(node, self._name()):
                code = source_of(self.files.text(caller.path), statement).split("\n")[0]
                what = f"  (result: {use})" if use else ""
                lines.append(f"# {caller}: {code.strip()[:_LONGEST_LINE]}{what}")
        if lines:
            yield Part("callers", "\n".join(["# called from", *lines[:_CALLERS]]), 6.0)

    def _tests(self) -> Iterator[Part]:
        found = []
        for test, node in self._users(tests=True):
            source = source_of(self.files.text(test.path), node)
            if source.count("\n") < _TEST_LINES:
                found.append((len(source), test, source))
        for _, test, source in sorted(found)[:_TESTS]:
            yield Part("test", f"# a test, from {test.path}\n{source}", 3.0)


def _on_self(site: CallSite) -> bool:
    return site.callee.partition(".")[0] in {"self", "cls"} and site.callee.count(".") == 1


def _words_in(note: ast.expr) -> Iterator[str]:
    """Yield the names in an annotation, those in quotes, too."""
    for node in ast.walk(note):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.strip()
