"""Describe one Python file from its syntax tree: functions, classes, imports, calls, errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from codeopt.adapters.python_salvage import Piece, cut, headers
from codeopt.adapters.python_syntax import Syntax, encoding_problem
from codeopt.model.code import (
    CallSite,
    ClassInfo,
    FileInfo,
    FunctionId,
    FunctionInfo,
    FunctionKind,
    ImportInfo,
    Span,
    SyntaxProblem,
    content_digest,
)

_DOTTED = re.compile(r"\w+(?:\.\w+)*")
_METHOD = re.compile(r"\.\s*(\w+)$")
_SHOWN = 60
_NONE = (0, 0, None)
_MOST_PROBLEMS = 20
_KINDS = {
    (False, False): FunctionKind.FUNCTION,
    (False, True): FunctionKind.GENERATOR,
    (True, False): FunctionKind.COROUTINE,
    (True, True): FunctionKind.ASYNC_GENERATOR,
}


@dataclass(slots=True)
class _Scope:
    """Collect what is found in a function, a class or a lambda while the file is read."""

    node: Node
    start: int
    end: int
    qualname: str = ""
    is_function: bool = False
    body: Node | None = None
    calls: list[CallSite] = field(default_factory=list)
    yields: bool = False
    globals: frozenset[str] = frozenset()


def parse_file(syntax: Syntax, path: str, source: bytes) -> FileInfo:
    """Describe a file as far as its syntax goes."""
    digest, lines = content_digest(source), _count_lines(source)
    if problem := encoding_problem(source):
        return FileInfo(path, digest, lines, problems=(SyntaxProblem(path, 1, problem),))
    root = syntax.tree(source).root_node
    found = syntax.captures(syntax.outline, root)
    outline = _Outline(path, source, found)
    functions, classes = outline.functions(), outline.classes()
    problems = _old_syntax(path, source, found.get("python2", ()))
    if root.has_error:
        errors = syntax.captures(syntax.errors, root).get("error", [])
        problems += _errors(path, source, errors)
        functions = _salvaged(syntax, path, source, functions)
    return FileInfo(
        path,
        digest,
        lines,
        tuple(functions),
        tuple(classes),
        tuple(_imports(source, found.get("import", ()))),
        tuple(problems[:_MOST_PROBLEMS]),
    )


def _count_lines(source: bytes) -> int:
    return source.count(b"\n") + (not source.endswith(b"\n") and bool(source))


def _text(source: bytes, node: Node) -> str:
    return source[node.start_byte : node.end_byte].decode("utf-8")


def _span(source: bytes, node: Node) -> Span:
    end = node.end_byte
    if source[end - 1] == ord("\r"):  # a comment at the end takes half of the line end with it
        end -= 1
    return Span(node.start_byte, end, node.start_point[0] + 1, node.end_point[0] + 1)


class _Outline:
    """Put the captures of one file in relation to each other."""

    def __init__(self, path: str, source: bytes, found: dict[str, list[Node]]) -> None:
        self._path = path
        self._source = source
        self._decorated = {
            inner.start_byte: node
            for node in found.get("decorated", ())
            if (inner := node.child_by_field_name("definition"))
        }
        self._scopes = [_Scope(n, n.start_byte, n.end_byte) for n in found.get("class", ())]
        self._scopes += [_function_scope(node) for node in found.get("function", ())]
        self._scopes.sort(key=lambda scope: (scope.start, -scope.end))
        self._bodies = sorted(
            (s for s in self._scopes if s.body), key=lambda s: s.body.start_byte if s.body else 0
        )
        self._note_globals(found.get("global", ()))
        self._name_scopes()
        self._note_yields(found.get("yield", ()), found.get("lambda", ()))
        self._note_calls(found.get("callee", ()))

    def _note_globals(self, nodes: Sequence[Node]) -> None:
        for node, scope in _owners(nodes, self._scopes):
            names = (_text(self._source, name) for name in node.named_children)
            scope.globals |= frozenset(names)

    def _name_scopes(self) -> None:
        stack: list[_Scope] = []
        for scope in self._scopes:
            while stack and stack[-1].end <= scope.start:
                stack.pop()
            name_node = scope.node.child_by_field_name("name")
            name = _text(self._source, name_node) if name_node else ""
            parent = stack[-1] if stack else None
            if parent is None or name in parent.globals:
                scope.qualname = name
            else:
                middle = ".<locals>." if parent.is_function else "."
                scope.qualname = f"{parent.qualname}{middle}{name}"
            stack.append(scope)

    def _note_yields(self, yields: Sequence[Node], lambdas: Sequence[Node]) -> None:
        if not yields:
            return
        scopes = self._bodies + [_Scope(n, n.start_byte, n.end_byte, body=n) for n in lambdas]
        scopes.sort(key=lambda s: s.body.start_byte if s.body else 0)
        for _, scope in _owners(yields, scopes):
            scope.yields = True

    def _note_calls(self, callees: Sequence[Node]) -> None:
        source, names = self._source, dict[bytes, str]()
        for node, scope in _owners(callees, self._bodies):
            raw = source[node.start_byte : node.end_byte]
            callee = names.get(raw)
            if callee is None:
                callee = names[raw] = _callee(raw)
            if callee:
                scope.calls.append(CallSite(callee, node.end_point[0] + 1))

    def functions(self) -> list[FunctionInfo]:
        """Describe the functions whose text is intact, in the order of the file."""
        return [
            self._function(scope, scope.body)
            for scope in self._scopes
            if scope.body and not scope.node.has_error
        ]

    def _function(self, scope: _Scope, body: Node) -> FunctionInfo:
        node = scope.node
        outer = self._decorated.get(scope.start, node)
        parameters = node.child_by_field_name("parameters")
        is_async = self._source[scope.start] == ord("a")
        return FunctionInfo(
            FunctionId(self._path, scope.qualname),
            _span(self._source, outer),
            _span(self._source, body),
            _KINDS[is_async, scope.yields],
            _text(self._source, parameters)[1:-1] if parameters else "",
            self._decorators(outer),
            tuple(scope.calls),
        )

    def _decorators(self, outer: Node) -> tuple[str, ...]:
        if outer.type != "decorated_definition":
            return ()
        nodes = (child for child in outer.named_children if child.type == "decorator")
        return tuple(_text(self._source, n.named_child(0) or n) for n in nodes)

    def classes(self) -> list[ClassInfo]:
        """Describe the classes, in the order of the file."""
        return [self._class(scope) for scope in self._scopes if not scope.is_function]

    def _class(self, scope: _Scope) -> ClassInfo:
        outer = self._decorated.get(scope.start, scope.node)
        bases = scope.node.child_by_field_name("superclasses")
        texts = (_text(self._source, n) for n in bases.named_children) if bases else ()
        return ClassInfo(
            self._path,
            scope.qualname,
            _span(self._source, outer),
            tuple(texts),
            self._decorators(outer),
        )


def _function_scope(node: Node) -> _Scope:
    body = node.child_by_field_name("body")
    return _Scope(node, node.start_byte, node.end_byte, is_function=True, body=body)


def _owners(nodes: Sequence[Node], scopes: Sequence[_Scope]) -> Iterator[tuple[Node, _Scope]]:
    """Pair nodes with the innermost scope whose body holds them; ``scopes`` are in order.

    Decorators and defaults stand outside the body: they run where the function is defined.
    """
    stack: list[tuple[int, _Scope]] = []
    upcoming = iter([(*_extent(scope), scope) for scope in scopes])
    opens, closes, scope = next(upcoming, _NONE)
    for start, _, node in sorted((n.start_byte, i, n) for i, n in enumerate(nodes)):
        while scope is not None and opens <= start:
            stack.append((closes, scope))
            opens, closes, scope = next(upcoming, _NONE)
        while stack and stack[-1][0] <= start:
            stack.pop()
        if stack:
            yield node, stack[-1][1]


def _extent(scope: _Scope) -> tuple[int, int]:
    return (scope.body.start_byte, scope.body.end_byte) if scope.body else (scope.start, scope.end)


def _callee(raw: bytes) -> str:
    text = raw.decode("utf-8")
    if _DOTTED.fullmatch(text):
        return text
    method = _METHOD.search(text)
    return f".{method[1]}" if method else ""


def _imports(source: bytes, nodes: Iterable[Node]) -> Iterator[ImportInfo]:
    for node in sorted(nodes, key=lambda node: node.start_byte):
        line = node.start_point[0] + 1
        if node.type == "import_statement":
            for child in node.named_children:
                if child.type != "comment":
                    name, alias = _aliased(source, child)
                    yield ImportInfo(name, "", alias, 0, line)
        else:
            yield from _from_import(source, node, line)


def _from_import(source: bytes, node: Node, line: int) -> Iterator[ImportInfo]:
    where = node.child_by_field_name("module_name")
    dotted = re.sub(r"\s", "", _text(source, where)) if where else "__future__"
    module = dotted.lstrip(".")
    level = len(dotted) - len(module)
    for child in node.children_by_field_name("name"):
        name, alias = _aliased(source, child)
        yield ImportInfo(module, name, alias, level, line)
    if any(child.type == "wildcard_import" for child in node.named_children):
        yield ImportInfo(module, "*", "", level, line)


def _aliased(source: bytes, node: Node) -> tuple[str, str]:
    name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
    if node.type == "aliased_import" and name and alias:
        return re.sub(r"\s", "", _text(source, name)), _text(source, alias)
    return re.sub(r"\s", "", _text(source, node)), ""


def _old_syntax(path: str, source: bytes, nodes: Iterable[Node]) -> list[SyntaxProblem]:
    """Report statements of Python 2, which the grammar lets through."""
    return [
        SyntaxProblem(path, n.start_point[0] + 1, f"Python 2 syntax: {_shown(source, n)}")
        for n in nodes
        if not any(child.type == "chevron" for child in n.named_children)
    ]


def _errors(path: str, source: bytes, nodes: list[Node]) -> list[SyntaxProblem]:
    """Report each line with an error; an error around others says less than they do."""
    problems: dict[int, SyntaxProblem] = {}
    ordered = sorted(nodes, key=lambda node: (node.start_byte, -node.end_byte))
    for node, following in zip(ordered, [*ordered[1:], None], strict=True):
        if following is None or following.start_byte >= node.end_byte:
            line = node.start_point[0] + 1
            text = f"missing {node.type}" if node.is_missing else _shown(source, node)
            problems.setdefault(line, SyntaxProblem(path, line, f"syntax error: {text}"))
    return list(problems.values())


def _shown(source: bytes, node: Node) -> str:
    return _text(source, node).strip().partition("\n")[0].strip()[:_SHOWN]


def _salvaged(
    syntax: Syntax, path: str, source: bytes, found: list[FunctionInfo]
) -> list[FunctionInfo]:
    """Add the functions that an error made the parser lose, and mend the names of the others."""
    known = {function.span.start_byte: function for function in found}
    for header in headers(syntax, source):
        if function := known.get(header.start):
            qualname = header.owner + function.id.name
            known[header.start] = replace(function, id=FunctionId(path, qualname))
        elif piece := cut(syntax, source, header):
            outline = _Outline(path, piece.text, syntax.captures(syntax.outline, piece.root))
            known.update((header.start, _moved(f, piece)) for f in outline.functions()[:1])
    return [known[start] for start in sorted(known)]


def _moved(function: FunctionInfo, piece: Piece) -> FunctionInfo:
    return replace(
        function,
        id=FunctionId(function.id.path, piece.owner + function.id.qualname),
        span=_shifted(function.span, piece),
        body=_shifted(function.body, piece),
        calls=tuple(CallSite(call.callee, call.line + piece.row) for call in function.calls),
    )


def _shifted(span: Span, piece: Piece) -> Span:
    return Span(
        span.start_byte + piece.offset,
        span.end_byte + piece.offset,
        span.start_line + piece.row,
        span.end_line + piece.row,
    )
