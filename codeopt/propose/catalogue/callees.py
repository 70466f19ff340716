"""Find the private functions of the same file that a function calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeopt.propose.catalogue.drafting import Module

_DEPTH = 2
_MOST = 4


def private_callees(module: Module, qualname: str) -> list[str]:
    """Return the private functions and methods that a function calls, nearest first.

    ``_name(…)`` means a function of the module, ``self._name(…)`` a method of the same class.
    """
    found: list[str] = []
    wave = [qualname]
    for _ in range(_DEPTH):
        called = [name for caller in wave for name in _called(module, caller)]
        wave = [n for n in dict.fromkeys(called) if n not in found and n != qualname]
        found += wave
    return found[:_MOST]


def _called(module: Module, qualname: str) -> Iterator[str]:
    function = module.function(qualname)
    owner = qualname.rpartition(".")[0]
    for node in ast.walk(function) if function is not None else ():
        match node:
            case ast.Call(func=ast.Name(id=name)) if _is_private(name):
                callee = name
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name)) if (
                owner and not owner.endswith("<locals>") and _is_private(name)
            ):
                callee = f"{owner}.{name}"
            case _:
                continue
        if module.line_of(callee) is not None:
            yield callee


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")
