"""The call graph, as far as static names tell: who calls whom in a repository.

Nothing is guessed: a call on an object of unknown type stays unresolved, under its bare name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from codeopt.discover.modules import ModuleNames
from codeopt.model.code import ClassInfo, CodeMap, FileInfo, FunctionId, FunctionInfo, ImportInfo

_BRACKETS = re.compile(r"[\[({][^\[\](){}]*[\])}]")
_PARAMETER = re.compile(r"(?:^|,)\s*\*{0,2}(\w+)")


@dataclass(frozen=True, slots=True)
class _Module:
    path: str


@dataclass(frozen=True, slots=True)
class _Class:
    path: str
    qualname: str


_Entity = _Module | _Class | FunctionId


@dataclass(frozen=True, slots=True)
class Calls:
    """Hold what a function calls: functions of the repository, and the names of all others."""

    resolved: tuple[FunctionId, ...]
    unresolved: tuple[str, ...]


class CallGraph:
    """Resolve calls on demand: one function's callees cost one function, callers cost them all."""

    def __init__(self, code: CodeMap) -> None:
        self._code = code
        self._scopes: dict[str, _FileNames] = {}
        self._known: dict[FunctionId, Calls] = {}

    def calls(self, function: FunctionId) -> Calls:
        """Return what a function calls, each once, in the order of its first call."""
        if function not in self._known:
            info = self._code.functions.get(function)
            self._known[function] = self._resolve(info) if info else Calls((), ())
        return self._known[function]

    def callees(self, function: FunctionId) -> tuple[FunctionId, ...]:
        """Return the functions of the repository that a function calls."""
        return self.calls(function).resolved

    def unresolved(self, function: FunctionId) -> tuple[str, ...]:
        """Return the bare names of the calls that nothing in the repository could be found for."""
        return self.calls(function).unresolved

    def callers(self, function: FunctionId) -> tuple[FunctionId, ...]:
        """Return the functions that are known to call a function."""
        return tuple(self._callers.get(function, ()))

    def possible_callers(self, name: str) -> tuple[FunctionId, ...]:
        """Return the functions with an unresolved call of a bare name (``x.name()``)."""
        return tuple(self._unresolved_callers.get(name, ()))

    @cached_property
    def _callers(self) -> dict[FunctionId, list[FunctionId]]:
        found: dict[FunctionId, list[FunctionId]] = defaultdict(list)
        for caller in self._code.functions:
            for callee in self.callees(caller):
                found[callee].append(caller)
        return dict(found)

    @cached_property
    def _unresolved_callers(self) -> dict[str, list[FunctionId]]:
        found: dict[str, list[FunctionId]] = defaultdict(list)
        for caller in self._code.functions:
            for name in self.unresolved(caller):
                found[name].append(caller)
        return dict(found)

    def _resolve(self, function: FunctionInfo) -> Calls:
        resolved: dict[FunctionId, None] = {}
        unresolved: dict[str, None] = {}
        for callee in dict.fromkeys(call.callee for call in function.calls):
            entity = self._look_up(function.id, callee.split("."))
            target = self._constructor(entity) if isinstance(entity, _Class) else entity
            if isinstance(target, FunctionId):
                resolved[target] = None
            elif not isinstance(entity, _Class):
                unresolved[callee.rpartition(".")[2]] = None
        return Calls(tuple(resolved), tuple(unresolved))

    def _look_up(self, caller: FunctionId, names: list[str]) -> _Entity | None:
        first, *rest = names
        entity: _Entity | None
        owner = _owner_class(caller)
        if first in ("self", "cls") and owner and len(rest) == 1:
            entity = _Class(caller.path, owner)
        elif first:
            entity = self._in_scopes(caller, first)
        else:
            return None
        for name in rest:
            entity = self._attribute(entity, name) if entity else None
        return entity

    def _in_scopes(self, caller: FunctionId, name: str) -> _Entity | None:
        """Look a bare name up as Python does: function scopes outwards, then the module."""
        scope = caller.qualname
        names = self._names(caller.path)
        while scope:
            if name in names.parameters(scope):
                return None
            if found := names.defined(f"{scope}.<locals>.{name}"):
                return found
            scope = scope.rpartition(".<locals>.")[0]
        return self._global(caller.path, name, frozenset())

    def _global(self, path: str, name: str, passed: frozenset[str]) -> _Entity | None:
        """Look a name up in a module, through what it imports; ``passed`` ends import cycles."""
        names = self._names(path)
        if found := names.defined(name):
            return found
        key = f"{path}:{name}"
        if key in passed:
            return None
        passed |= {key}
        if imported := names.imports.get(name):
            return self._imported(path, imported, passed)
        for star in names.stars:
            module = self._modules.find(path, star.module, star.level)
            if module and (found := self._global(module, name, passed)):
                return found
        return None

    def _imported(self, path: str, item: ImportInfo, passed: frozenset[str]) -> _Entity | None:
        if not item.name:
            module = item.module if item.alias else item.module.partition(".")[0]
            found = self._modules.find(path, module, 0)
            return _Module(found) if found else None
        inner = f"{item.module}.{item.name}" if item.module else item.name
        home = self._modules.find(path, item.module, item.level)
        entity = self._global(home, item.name, passed) if home else None
        submodule = self._modules.find(path, inner, item.level)
        return entity or (_Module(submodule) if submodule else None)

    def _attribute(self, entity: _Entity, name: str) -> _Entity | None:
        if isinstance(entity, _Class):
            return self._member(entity, name, frozenset())
        if isinstance(entity, _Module):
            submodule = self._modules.below(entity.path, name)
            found = self._global(entity.path, name, frozenset())
            return found or (_Module(submodule) if submodule else None)
        return None

    def _constructor(self, entity: _Class) -> FunctionId | None:
        found = self._member(entity, "__init__", frozenset())
        return found if isinstance(found, FunctionId) else None

    def _member(self, owner: _Class, name: str, passed: frozenset[_Class]) -> _Entity | None:
        """Look a name up in a class and its bases, depth first."""
        names = self._names(owner.path)
        if found := names.defined(f"{owner.qualname}.{name}"):
            return found
        info = names.classes.get(owner.qualname)
        if info is None or owner in passed:
            return None
        for base in self._bases(info):
            if found := self._member(base, name, passed | {owner}):
                return found
        return None

    def _bases(self, info: ClassInfo) -> Iterator[_Class]:
        scope = FunctionId(info.path, info.qualname.rpartition(".")[0])
        for text in info.bases:
            dotted = text.partition("[")[0].strip()
            entity = self._look_up(scope, dotted.split(".")) if "=" not in dotted else None
            if isinstance(entity, _Class):
                yield entity

    def _names(self, path: str) -> _FileNames:
        if path not in self._scopes:
            self._scopes[path] = _FileNames(self._code.by_path[path])
        return self._scopes[path]

    @cached_property
    def _modules(self) -> ModuleNames:
        return ModuleNames(self._code.by_path)


class _FileNames:
    """Index the names of one file."""

    def __init__(self, file: FileInfo) -> None:
        self._functions = {function.id.qualname: function.id for function in file.functions}
        self._parameters = {f.id.qualname: f.parameters for f in file.functions}
        self.classes = {info.qualname: info for info in file.classes}
        self.imports = {item.bound: item for item in file.imports if item.name != "*"}
        self.stars = [item for item in file.imports if item.name == "*"]

    def parameters(self, qualname: str) -> frozenset[str]:
        """Return the names of a function's parameters: they hide what is defined outside."""
        text = self._parameters.get(qualname, "")
        while (flat := _BRACKETS.sub("", text)) != text:
            text = flat
        return frozenset(_PARAMETER.findall(text))

    def defined(self, qualname: str) -> _Entity | None:
        """Return the function or class of that qualified name."""
        if qualname in self.classes:
            return _Class(self.classes[qualname].path, qualname)
        return self._functions.get(qualname)


def _owner_class(function: FunctionId) -> str | None:
    """Return the class whose ``self`` a method, or a function nested in one, speaks of."""
    head, _, _ = function.qualname.partition(".<locals>.")
    return head.rpartition(".")[0] or function.class_name
