"""Build a function anew with probes at its branches, so that a run tells which of them it took.

Probes stand at conditions, operands of ``and`` and ``or``, comparisons, loops and handlers of
exceptions. A comparison of numbers or texts also tells how close it was to go the other way, so
that a search can come nearer to a boundary step by step.
"""

import ast
import operator
import types

NAME = "__codeopt_probes__"
WORDS = 120  # numbers and texts of a run that are remembered
CURIOSITY = 20_000  # values that are looked at for that
_PLAIN = (bool, int, float, str, bytes, list, tuple, dict, set, frozenset, type(None))
_NUMBERS = (int, float, bool)
_OPERATORS = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip
_ORDERS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_LATER = (ast.Yield, ast.YieldFrom, ast.Await, ast.NamedExpr)


class Enough(BaseException):
    """A run passed more probes than it may."""


class Probes:
    """Collect what runs show: ``seen`` are the features of the current run."""

    def __init__(self, operators):
        self.operators = operators
        self.seen = set()
        self.left = 0
        self.words = {}
        self.curiosity = CURIOSITY

    def start(self, most):
        """Begin a run that may pass ``most`` probes."""
        self.seen, self.left = set(), most

    def _note(self, *feature):
        self.seen.add(feature)
        self.left -= 1
        if self.left < 0:
            raise Enough

    def branch(self, site, value):
        """Pass a condition."""
        truth = bool(value)
        self._note(site, truth)
        return truth

    def operand(self, site, value):
        """Pass an operand of ``and`` or ``or``."""
        if type(value) in _PLAIN:
            self._note(site, bool(value))
        return value

    def loop(self, site, items):
        """Pass the elements that a loop runs over."""
        count = 0
        for item in items:
            count += 1
            self._note(site, min(count, 3))
            yield item
        self._note(site, "end", min(count, 3))

    def word(self, value):
        """Pass an argument of a method."""
        self._remember(value)
        return value

    def compare(self, site, left, *rights):
        """Make a comparison; operands after the first of a chain are functions that give them."""
        result = True
        for index, right in enumerate(rights):
            right = right() if index else right
            relate, ordered = self.operators[site][index]
            result = relate(left, right)
            self._note(site, index, *self._closeness(left, right, ordered))
            if index + 1 < len(rights):
                if not result:
                    break
                left = right
        return result

    def _closeness(self, left, right, ordered):
        if not ordered:
            self._remember(left)
            self._remember(right)
            return ("in",)
        if type(left) in _NUMBERS and type(right) in _NUMBERS:
            self._remember(right)
            self._remember(left)
            return _distance(left, right)
        if type(left) is str and type(right) is str:
            self._remember(right)
            self._remember(left)
            return _prefix(left, right)
        if type(left) is type(right) and type(left) in _PLAIN:
            return ("equal" if left == right else "different",)
        return ("other",)

    def _remember(self, value):
        kind = type(value)
        self.curiosity -= 1
        if self.curiosity < 0:
            return
        if kind in (list, tuple, set, frozenset, dict) and len(value) <= 20:
            plain = [item for item in value if type(item) in (int, float, str)]
            for item in sorted(plain, key=repr):
                self._remember(item)
        elif len(self.words) < WORDS and (kind in (int, float) or _is_short(value, kind)):
            self.words.setdefault((kind, repr(value)), value)


def _is_short(value, kind):
    return kind is str and len(value) <= 40


def _distance(left, right):
    difference = left - right
    if difference != difference:
        return ("nan",)
    if difference in (0, 1, -1):
        return ("near", int(difference))
    size = min(abs(difference), 1e300)
    return ("apart", difference > 0, int(size).bit_length() if size >= 1 else -1)


def _prefix(left, right):
    if left == right:
        return ("same",)
    shared = 0
    for a, b in zip(left[:8], right):
        if a != b:
            break
        shared += 1
    return ("prefix", shared, len(left) == len(right))


def build(function, text):
    """Return (function with probes, its Probes, how many); None when that cannot be done."""
    try:
        tree = ast.parse(text)
        node = _definition(tree, function.__code__)
        if node is None:
            return None
        planter = _Planter()
        node.body = [planter.visit(statement) for statement in node.body]
        code = compile(ast.fix_missing_locations(tree), "probed", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return None
    code = _code(code, function.__code__)
    if code is None or code.co_freevars != function.__code__.co_freevars:
        return None
    probes = Probes(planter.operators)
    namespace = function.__globals__
    namespace[NAME] = probes
    made = types.FunctionType(
        code, namespace, function.__name__, function.__defaults__, function.__closure__
    )
    made.__kwdefaults__ = function.__kwdefaults__
    return made, probes, planter.sites


def _definition(tree, code):
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno] + [each.lineno for each in node.decorator_list])
            if node.name == code.co_name and code.co_firstlineno in (first, node.lineno):
                return node
    return None


def _code(outer, wanted):
    waiting = [outer]
    while waiting:
        code = waiting.pop()
        if code.co_name == wanted.co_name and code.co_firstlineno == wanted.co_firstlineno:
            return code
        waiting += [each for each in code.co_consts if isinstance(each, types.CodeType)]
    return None


class _Planter(ast.NodeTransformer):
    """Put probes into the syntax tree of a function; every one has a number of its own."""

    def __init__(self):
        self.sites = 0
        self.operators = {}

    def _site(self):
        self.sites += 1
        return self.sites

    def _probe(self, method, *arguments, site=None):
        number = [] if method == "word" else [ast.Constant(site or self._site())]
        name = ast.Attribute(ast.Name(NAME, ast.Load()), method, ast.Load())
        return ast.Call(name, number + list(arguments), [])

    def _conditional(self, node):
        self.generic_visit(node)
        node.test = self._probe("branch", node.test)
        return node

    visit_If = visit_While = visit_IfExp = visit_Assert = _conditional

    def visit_comprehension(self, node):
        """Probe the filters of a comprehension."""
        self.generic_visit(node)
        node.ifs = [self._probe("branch", test) for test in node.ifs]
        return node

    def visit_BoolOp(self, node):
        """Probe all operands."""
        self.generic_visit(node)
        node.values = [self._probe("operand", value) for value in node.values]
        return node

    def visit_For(self, node):
        """Probe how often a loop runs."""
        self.generic_visit(node)
        node.iter = self._probe("loop", node.iter)
        return node

    def visit_ExceptHandler(self, node):
        """Probe that an exception is handled."""
        self.generic_visit(node)
        node.body.insert(0, ast.Expr(self._probe("branch", ast.Constant(True))))
        return node

    def visit_Call(self, node):
        """Remember the arguments of methods."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute):
            node.args = [
                each if isinstance(each, ast.Starred) else self._probe("word", each)
                for each in node.args
            ]
        return node

    def visit_Compare(self, node):
        """Probe the operands of a comparison; those of a chain only where that changes nothing."""
        self.generic_visit(node)
        later = [n for each in node.comparators[1:] for n in ast.walk(each)]
        if any(isinstance(n, _LATER) for n in later):
            return node
        site = self._site()
        self.operators[site] = [
            (_OPERATORS[type(each)], isinstance(each, _ORDERS)) for each in node.ops
        ]
        empty = ast.arguments(
            posonlyargs=[], args=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None,
            defaults=[],
        )  # fmt: skip
        rest = [ast.Lambda(empty, each) for each in node.comparators[1:]]
        return self._probe("compare", node.left, node.comparators[0], *rest, site=site)

    def visit_JoinedStr(self, node):
        """Leave formatted texts as they are."""
        return node


def source(path, overrides):
    """Return the text of a file of the tree, as the candidate has it."""
    if path in (overrides or {}):
        return overrides[path]
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read()
