"""The catalogue goes through hundreds of functions of the standard library without harm."""

import ast
import random
import sysconfig
from pathlib import Path

import pytest

from codeopt.propose.catalogue.drafting import Module, definition, draft, find_function, functions
from codeopt.propose.catalogue.registry import REWRITES

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
MODULES = sorted(path.name for path in LIBRARY.glob("*.py") if 5_000 < path.stat().st_size < 60_000)
CHOSEN = random.Random(2).sample(MODULES, 30)


@pytest.mark.parametrize("name", CHOSEN)
def test_every_function_survives(name: str) -> None:
    source = (LIBRARY / name).read_text(encoding="utf-8")
    module = Module.parse(source)
    assert module is not None
    qualnames = sorted({qualname for _, _, qualname in functions(ast.parse(source))})
    for qualname in random.Random(name).sample(qualnames, min(12, len(qualnames))):
        for certain in (True, False):
            made = draft(module, [qualname], REWRITES, certain=certain)
            assert (made.source == source) == (not made.applied)
            if made.applied:
                _check(source, qualname, made.source, (*made.helpers, *made.imports))


def _check(source: str, qualname: str, after: str, additions: tuple[str, ...]) -> None:
    old, new = find_function(ast.parse(source), qualname), find_function(ast.parse(after), qualname)
    assert old is not None
    assert new is not None
    assert ast.dump(old[0].args) == ast.dump(new[0].args)
    assert [ast.dump(d) for d in old[0].decorator_list] == [
        ast.dump(d) for d in new[0].decorator_list
    ]
    assert ast.get_docstring(old[0]) == ast.get_docstring(new[0])
    text = definition(after, qualname)
    assert text is not None
    assert ast.dump(ast.parse(text).body[0].args) == ast.dump(old[0].args)  # type: ignore[attr-defined]
    for addition in additions:
        ast.parse(addition)
