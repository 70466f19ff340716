"""Blocks are moved only where the function still does the same; live names are computed."""

from __future__ import annotations

import ast
import importlib.util
import symtable
import textwrap
from typing import Any

import pytest

from codeopt.propose.decompose.slices import find_slices, outline
from codeopt.propose.syntax import source_of

COUNT = """
def ranking(words, least):
    \"\"\"Rank words.\"\"\"
    counts = []
    for word in words:
        number = 0
        for other in words:
            if other == word:
                number += 1
        counts.append((word, number))
    seen = set()
    ranked = []
    for word, number in counts:  # once each
        if word in seen:
            continue
        seen.add(word)
        if number >= least:
            ranked.append((number, word))
    ranked.sort(key=lambda pair: (-pair[0], pair[1]))
    return [word for _, word in ranked]
"""


def moved(source: str, weights: dict[int, float] | None = None) -> list[tuple[Any, Any]]:
    """Return inputs and outputs of the blocks found."""
    text = textwrap.dedent(source).strip("\n")
    return [(each.inputs, each.outputs) for each in find_slices(text, weights)]


def run(text: str, name: str, *args: object) -> object:
    names: dict[str, Any] = {}
    exec(text, names)  # the test's own text
    return names[name](*args)


def test_blocks_become_functions_of_their_live_names() -> None:
    text = COUNT.strip("\n")
    slices = find_slices(text)
    assert [(each.inputs, each.outputs) for each in slices] == [
        (("words",), ("counts",)),
        (("counts", "least"), ("ranked",)),
    ]
    parent, parts = outline(text, slices)
    assert "counts = _ranking_block1(words)" in parent
    assert "    for word, number in counts:  # once each\n" in parts[1]
    words = list("abracadabra")
    whole = "\n\n\n".join([*parts, parent])
    assert run(whole, "ranking", words, 2) == run(text, "ranking", words, 2) == ["a", "b", "r"]


def test_names_that_are_taken_are_not_used() -> None:
    text = COUNT.strip("\n")
    (first, second) = find_slices(text, taken="from m import _ranking_block1")
    assert (first.name, second.name) == ("_ranking_block2", "_ranking_block3")


def test_the_hottest_of_overlapping_blocks_is_taken() -> None:
    text = COUNT.strip("\n")
    (only,) = find_slices(text, {6: 1.0, 7: 8.0, 8: 1.0})
    assert (only.first, only.last) == (3, 9)
    assert only.weight == 1.0


def test_a_value_that_may_not_be_written_goes_in_as_well() -> None:
    assert moved("""
        def f(items, last):
            print(items)
            for item in items:
                last = item
            print(last)
            return last
    """) == [(("items", "last"), ("last",))]


def test_what_a_later_turn_of_the_loop_reads_comes_out() -> None:
    found = moved("""
        def f(rows):
            best = 0
            row = None
            for row in rows:
                total = best
                for cell in row:
                    total += cell
                if total > 10:
                    print(best, row)
                best = total
            print(row)
            return best
    """)
    assert found[0] == (("rows",), ("best", "row"))


REFUSED = {
    "returns": "for x in xs:\n        if x:\n            return x",
    "yields": "for x in xs:\n        yield x",
    "awaits": "for x in xs:\n        await x",
    "loops asynchronously": "async for x in xs:\n        s += x",
    "says nonlocal": (
        "for x in xs:\n        def g():\n            nonlocal s\n            s += x\n        g()"
    ),
    "says global": "global G\n    for x in xs:\n        G = x",
    "deletes a name": "for x in xs:\n        t = x\n        del t",
    "executes": "for x in xs:\n        exec(x)",
    "looks at its frame": "for x in xs:\n        s += len(locals())",
    "asks for super": "for x in xs:\n        super().add(x)",
    "mentions a mangled name": "for x in xs:\n        s += self.__x",
    "defines a function": "for x in xs:\n        s.append(lambda: x)",
    "holds a text of several lines": 'for x in xs:\n        s += """\n"""',
    "is guarded": (
        "try:\n        for x in xs:\n            s += x\n    except ValueError:\n        print(s)"
    ),
    "may leave a name unbound": "for y in xs:\n        print(y)\n    print(y)",
    "writes what a function looks at": "g = lambda: t\n    for x in xs:\n        t = x\n    g()",
}


@pytest.mark.parametrize("why", REFUSED)
def test_blocks_that_cannot_be_moved(why: str) -> None:
    kind = "async def" if "await" in REFUSED[why] or "async for" in REFUSED[why] else "def"
    text = (
        f"{kind} f(self, xs, s):\n    print(xs)\n    {REFUSED[why]}\n    print(xs)\n    return s\n"
    )
    if why != "says nonlocal":
        ast.parse(text)
    assert find_slices(text) == ()


def test_the_same_block_without_what_forbids_it_is_moved() -> None:
    text = "def f(self, xs, s):\n    print(xs)\n    for x in xs:\n        s += x\n    print(xs)\n"
    text += "    return s\n"
    (found,) = find_slices(text)
    assert (found.inputs, found.outputs) == (("s", "xs"), ("s",))


def test_breaks_stay_with_their_loop() -> None:
    body = "for y in x:\n            if y:\n                {leave}\n            s += y"
    text = (
        "def f(xs, s):\n    print(xs)\n    while True:\n        x = xs.pop()\n"
        "        if not x:\n            return s\n        " + body
    )
    inner = text.format(leave="break")
    (found,) = find_slices(inner)
    assert found.first == 7  # the loop inside; the one around it returns
    outer = text.replace(
        "            s += y", "            s += y\n        if s > 9:\n            break"
    )
    assert [each.first for each in find_slices(outer.format(leave="continue"))] == [7]


def test_a_function_is_not_moved_as_a_whole() -> None:
    assert (
        moved("""
        def f(xs):
            out = []
            for x in xs:
                out.append(x)
            return out
    """)
        == []
    )


def _variables(text: str) -> tuple[set[str], set[str]]:
    """Return a function's locals and the globals it looks up, as the compiler sees them."""
    tables = symtable.symtable(text, "m.py", "exec").get_children()
    (table,) = (each for each in tables if each.get_name() not in ("lambda", "listcomp"))
    symbols = table.get_symbols()
    inner = [s for child in table.get_children() for s in child.get_symbols() if s.is_global()]
    names = {s.get_name() for s in symbols if s.is_global() and s.is_referenced()}
    return {s.get_name() for s in symbols if s.is_local()}, names | {s.get_name() for s in inner}


MODULES = ("argparse", "difflib", "inspect", "textwrap", "zipfile")


@pytest.mark.parametrize("name", MODULES)
def test_no_variable_is_lost_in_the_standard_library(name: str) -> None:
    """A variable that is not handed over would be looked up as a global."""
    text = importlib.util.find_spec(name).loader.get_source(name)  # type: ignore[union-attr,attr-defined]
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]
    moved = 0
    for function in functions:
        source = source_of(text, function)
        slices = find_slices(source)
        if not slices or "nonlocal " in source:
            continue
        try:
            before, known = _variables(source)
        except SyntaxError:  # a function that closes over another one's names
            continue
        moved += len(slices)
        parent, parts = outline(source, slices)
        for each in (parent, *parts):
            _, looked_up = _variables(each)
            lost = looked_up - known - {part.name for part in slices}
            assert not lost & before, (function.name, lost & before)
    assert moved
