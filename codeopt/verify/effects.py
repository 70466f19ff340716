"""Find state that a rewrite keeps between calls: caches, memos, attributes of functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from codeopt.verify.change import FileDiff, Function, functions_in, target_names
from codeopt.verify.constructs import Names
from codeopt.verify.patching import assigned, declared_global, mutated_names, parameters

_DECORATORS = frozenset({"functools.lru_cache", "functools.cache", "functools.cached_property"})
_MUTABLE_CALLS = frozenset(
    {
        *("dict", "list", "set", "bytearray", "collections.defaultdict", "collections.deque"),
        *("collections.OrderedDict", "collections.Counter", "weakref.WeakKeyDictionary"),
        *("weakref.WeakValueDictionary", "array.array"),
    }
)
_SHRINKING = frozenset({"clear", "pop", "popitem", "popleft"})


@dataclass(frozen=True, slots=True)
class Effect:
    """Describe one piece of state; ``bounded`` tells whether it evidently stops growing."""

    text: str
    bounded: bool = True


def effects_of(diff: FileDiff) -> Iterator[Effect]:
    """Yield every piece of state that the new code keeps and the old code did not."""
    names = Names(diff.after)
    old = [_key(e) for e in _decorated(diff.old_code, Names(diff.before), diff.before)]
    yield from (
        effect for effect in _decorated(diff.new_code, names, diff.after) if _key(effect) not in old
    )
    yield from _module_state(diff, names)
    yield from _default_state(diff)
    yield from _function_attributes(diff)
    yield from _instance_state(diff)
    yield from _equal_to_anything(diff)


def _key(effect: Effect) -> str:
    return effect.text


def _decorated(nodes: tuple[ast.stmt, ...], names: Names, tree: ast.Module) -> Iterator[Effect]:
    """Find uses of lru_cache and cache, as decorators and as calls."""
    called: set[int] = set()
    single = _of_one_entry(nodes)
    for top in nodes:
        for node in ast.walk(top):
            if isinstance(node, ast.Call) and names.dotted(node.func) in _DECORATORS:
                called.add(id(node.func))
                effect = _cache(node, names.dotted(node.func), tree)
                yield replace(effect, bounded=True) if id(node) in single else effect
    for top in nodes:
        for node in ast.walk(top):
            if not isinstance(node, (ast.Name, ast.Attribute)) or id(node) in called:
                continue
            name = names.dotted(node)
            if name in _DECORATORS:
                bounded = name != "functools.cache" or id(node) in single
                yield Effect(f"uses {name} (line {node.lineno})", bounded)


def _of_one_entry(nodes: tuple[ast.stmt, ...]) -> set[int]:
    """Return the decorators (by id) of functions without parameters: a cache holds one answer."""
    plain = (f for f in functions_in(nodes) if not parameters(f))
    return {id(decorator) for function in plain for decorator in function.decorator_list}


def _cache(node: ast.Call, name: str, tree: ast.Module) -> Effect:
    text = f"uses {name} (line {node.lineno})"
    if name == "functools.cache":
        return Effect(text, bounded=False)
    sizes = [k.value for k in node.keywords if k.arg == "maxsize"] + node.args[:1]
    if not sizes or isinstance(sizes[0], ast.Lambda):
        return Effect(text)
    return Effect(text, _is_size(sizes[0], tree) or _is_function_name(sizes[0], tree))


def _is_size(node: ast.expr, tree: ast.Module) -> bool:
    """Tell whether an expression is an integer, or names a module constant that is one."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int)
    if isinstance(node, ast.BinOp):
        return _is_size(node.left, tree) and _is_size(node.right, tree)
    return isinstance(node, ast.Name) and any(
        isinstance(statement, (ast.Assign, ast.AnnAssign))
        and node.id in target_names(statement)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, int)
        for statement in tree.body
    )


def _is_function_name(node: ast.expr, tree: ast.Module) -> bool:
    """Tell whether ``lru_cache(f)`` was applied to a function: the size is the default one."""
    own = {n.name for n in tree.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
    return isinstance(node, ast.Name) and node.id in own


def _module_state(diff: FileDiff, names: Names) -> Iterator[Effect]:
    """Find new module-level objects that functions change."""
    functions = list(functions_in(diff.new_code))
    classes = {node.name: node for node in diff.helpers if isinstance(node, ast.ClassDef)}
    for node in diff.helpers:
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            continue
        maker = names.dotted(node.value.func) if isinstance(node.value, ast.Call) else ""
        for name in target_names(node):
            if maker in classes and _grows(classes[maker]):
                bounded = _shrinks(classes[maker], "self")
                yield Effect(f"keeps state in the module-level object {name}", bounded)
            elif any(_changes(function, name) for function in functions):
                fixed = _has_fixed_size(node.value, maker)
                shrinks = any(_shrinks(function, name) for function in functions)
                bounded = fixed or shrinks or _is_only_replaced(functions, name)
                yield Effect(f"keeps state in the module-level name {name}", bounded)


def _changes(function: Function, name: str) -> bool:
    own = assigned(function)
    return name in declared_global(function) or (
        name not in own and any(name == changed for changed, _ in mutated_names(function))
    )


def _is_only_replaced(functions: list[Function], name: str) -> bool:
    """Tell whether functions only bind a name anew, and not to something made from the old."""
    for function in functions:
        if name not in assigned(function) and any(name == n for n, _ in mutated_names(function)):
            return False
        old = {name} | {bound for bound, value in _bindings(function) if _is_named(value, name)}
        for bound, value in _bindings(function):
            if bound == name and any(_mentions(value, other) for other in old):
                return False
    return True


def _is_named(value: ast.AST, name: str) -> bool:
    return isinstance(value, ast.Name) and value.id == name


def _bindings(function: Function) -> Iterator[tuple[str, ast.AST]]:
    """Yield (name, where its value comes from); what is added to comes from itself."""
    for node in ast.walk(function):
        if isinstance(node, ast.NamedExpr):
            yield node.target.id, node.value
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and node.value:
            source = node if isinstance(node, ast.AugAssign) else node.value
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((t.id, source) for t in targets if isinstance(t, ast.Name))


def _has_fixed_size(value: ast.expr, maker: str) -> bool:
    """Tell whether an object can't grow: a number, None, a weak mapping or a bounded deque."""
    if isinstance(value, (ast.Constant, ast.UnaryOp)):
        return True
    if maker.startswith("weakref."):
        return True
    return isinstance(value, ast.Call) and any(k.arg == "maxlen" for k in value.keywords)


def _shrinks(node: ast.AST, name: str) -> bool:
    """Tell whether code compares the size of ``name`` or takes things out of it."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            if inner.func.attr in _SHRINKING and _mentions(inner.func.value, name):
                return True
        elif isinstance(inner, ast.Compare):
            sizes = [n for n in ast.walk(inner) if isinstance(n, ast.Call)]
            if any(_is_len_of(size, name) for size in sizes):
                return True
        elif isinstance(inner, ast.Delete) and any(_mentions(t, name) for t in inner.targets):
            return True
    return False


def _is_len_of(call: ast.Call, name: str) -> bool:
    return (
        isinstance(call.func, ast.Name)
        and call.func.id == "len"
        and any(_mentions(argument, name) for argument in call.args)
    )


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(node))


def _grows(node: ast.ClassDef) -> bool:
    """Tell whether the methods of a class change what hangs on ``self``."""
    for method in functions_in(node.body):
        if method.name == "__init__" or not method.args.args:
            continue
        me = method.args.args[0].arg
        if any(name == me for name, _ in mutated_names(method)):
            return True
    return False


def _default_state(diff: FileDiff) -> Iterator[Effect]:
    """Find mutable default arguments that the new code changes."""
    before = {
        (function.name, name)
        for function in functions_in(diff.old_code)
        for name, _ in mutated_names(function)
    }
    for function in functions_in(diff.new_code):
        changed = {name for name, _ in mutated_names(function)}
        for name in sorted(changed & _mutable_defaults(function)):
            if (function.name, name) not in before:
                text = f"keeps state in the default argument {name} of {function.name}"
                yield Effect(text, _shrinks(function, name))


def _mutable_defaults(function: Function) -> set[str]:
    args = function.args
    positional = [*args.posonlyargs, *args.args]
    pairs = list(
        zip(positional[len(positional) - len(args.defaults) :], args.defaults, strict=True)
    )
    pairs += [(a, d) for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d]
    return {
        arg.arg
        for arg, default in pairs
        if isinstance(default, (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp))
        or (isinstance(default, ast.Call) and ast.unparse(default.func) in _MUTABLE_CALLS)
    }


def _function_attributes(diff: FileDiff) -> Iterator[Effect]:
    """Find state on the attributes of the new functions themselves."""
    own = {function.name for function in diff.new_code if isinstance(function, _FUNCTION)}
    before = {
        name for function in functions_in(diff.old_code) for name, _ in mutated_names(function)
    }
    for function in functions_in(diff.new_code):
        local = assigned(function) - own
        for name in sorted({name for name, _ in mutated_names(function)} & own - local - before):
            yield Effect(f"keeps state on the function {name}", _shrinks(function, name))


_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def _instance_state(diff: FileDiff) -> Iterator[Effect]:
    """Find attributes of ``self`` that the old code did not set."""
    for function in diff.functions:
        if function.owner is None:
            continue
        before = {a for node in function.before for a in _set_on_self(node)}
        after = {a for node in function.after for a in _set_on_self(node)}
        for name in sorted(after - before):
            yield Effect(f"{function.qualname} keeps state in the attribute {name}")


def _set_on_self(function: Function) -> Iterator[str]:
    if not parameters(function) or not function.args.args:
        return
    me = function.args.args[0].arg
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == me
        ):
            yield node.attr


def _equal_to_anything(diff: FileDiff) -> Iterator[Effect]:
    """Report new classes that say themselves what they are equal to."""
    for node in diff.helpers:
        if isinstance(node, ast.ClassDef) and any(f.name == "__eq__" for f in functions_in([node])):
            yield Effect(f"the new class {node.name} defines __eq__")
