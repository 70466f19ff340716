"""The smallest rewrite that keeps the gain: edits are dropped, helpers put inline."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from codeopt.model.candidate import Candidate, FunctionSource
from codeopt.model.code import FunctionId
from codeopt.propose.digest import candidate_digest
from codeopt.propose.inlining import inlined
from codeopt.propose.simplify import edits, minimise, without

F = FunctionId("m.py", "f")
BEFORE = """def f(xs):
    a = len(xs)
    b = list(xs)
    total = 0
    for x in xs:
        total += x
    c = sorted(xs)
    d = a + 1
    return total, b, c, d
"""


def candidate(text: str, *helpers: str, imports: tuple[str, ...] = ()) -> Candidate:
    functions = (FunctionSource(F, text),)
    return Candidate(candidate_digest(functions, helpers, imports), F, functions, helpers, imports)


def smallest(
    found: Candidate, keeps: Callable[[str], bool], before: str = BEFORE
) -> tuple[Candidate, int]:
    """Answer each variant by its code; return the result and the number of questions."""
    search = minimise(found, {F: before})
    asked, answer = 0, None
    while True:
        try:
            variant = search.send(answer)  # type: ignore[arg-type]
        except StopIteration as stop:
            return stop.value, asked
        asked += 1
        answer = keeps("\n".join([*variant.helpers, variant.functions[0].source]))


MANY = (
    BEFORE.replace("list(xs)", "[*xs]")
    .replace("sorted(xs)", "_sort(xs)")
    .replace("    total = 0\n    for x in xs:\n        total += x\n", "    total = sum(xs)\n")
    .replace("d = a + 1", "d = 1 + a")
)
SORT = "def _sort(xs):\n    return sorted(xs)"


def test_only_what_gains_is_left() -> None:
    whole = candidate(MANY, SORT, imports=("import m",))
    found, asked = smallest(whole, lambda c: "sum(" in c and "for x" not in c)
    assert found.functions[0].source == BEFORE.strip("\n").replace(
        "    total = 0\n    for x in xs:\n        total += x\n", "    total = sum(xs)\n"
    )
    assert found.helpers == ()  # nothing uses it any more
    assert found.imports == ()
    assert asked <= 12


def test_edits_that_need_each_other_stay_together() -> None:
    text = BEFORE.replace("a = len(xs)", "k = len(xs)").replace("d = a + 1", "d = k + 1")
    text = text.replace("list(xs)", "[*xs]")
    found, _ = smallest(candidate(text), lambda c: ("k = " in c) == ("d = k" in c) and "k = " in c)
    assert "[*xs]" not in found.functions[0].source
    assert "k = len(xs)" in found.functions[0].source


def test_a_change_of_layout_alone_is_dropped_unasked() -> None:
    text = BEFORE.replace("a = len(xs)", "a = len( xs )").replace("list(xs)", "[*xs]")
    found, asked = smallest(candidate(text), lambda c: "[*xs]" in c)
    assert "len(xs)" in found.functions[0].source
    assert asked == 0


def test_one_edit_is_as_small_as_it_gets() -> None:
    one = candidate(BEFORE.replace("list(xs)", "[*xs]"))
    assert smallest(one, lambda c: True) == (one, 0)
    assert len(edits(one, {F: BEFORE})) == 1


def test_what_is_no_python_is_not_tried() -> None:
    text = BEFORE.replace(
        "    for x in xs:\n        total += x\n", "    if xs:\n        total = 1\n"
    )
    found = candidate(text.replace("return total, b", "return b"))
    every = edits(found, {F: BEFORE})
    assert without(found, {F: BEFORE}, every[:1]) is not None
    broken = candidate("def f(xs):\n    if xs:\n        return 1\n    return 2\n")
    other = "def f(xs):\n    x = (\n        1\n    )\n    return 2\n"
    parts = [without(broken, {F: other}, [e]) for e in edits(broken, {F: other})]
    assert all(part is None or "return 2" in part.functions[0].source for part in parts)


CALLER = "def f(xs, k):\n    print(k)\n    {call}\n    return total\n"
HELPER = "def _h(items):\n    n = 0  # so far\n    for x in items:\n        n += x\n    return n"


def test_a_helper_is_put_where_it_is_called() -> None:
    text = inlined(CALLER.format(call="total = _h(xs)"), HELPER)
    assert text == CALLER.format(
        call="n = 0  # so far\n    for x in xs:\n        n += x\n    total = n"
    )


def test_a_name_that_nobody_reads_any_more_is_used_again() -> None:
    caller = """def f(xs):
    for x in xs:
        print(x)
    {call}
    for n in xs:
        print(n)
    return total
"""
    body = "n = 0  # so far\n    for x in xs:\n        n += x\n    total = n"
    assert inlined(caller.format(call="total = _h(xs)"), HELPER) == caller.format(call=body)


def test_names_that_would_meet_are_kept_apart() -> None:
    caller = "def f(xs, n):\n    total = _h(xs)\n    return total + n\n"
    text = inlined(caller, HELPER)
    assert text is not None
    names: dict[str, object] = {}
    exec(text, names)  # the test's own text
    assert names["f"]([1, 2], 10) == 13  # type: ignore[operator]


def test_results_that_have_the_same_names_need_no_assignment() -> None:
    helper = "def _h(xs):\n    a = 1\n    b = xs\n    return a, b"
    text = inlined("def f(xs):\n    a, b = _h(xs)\n    return b, a\n", helper)
    assert text == "def f(xs):\n    a = 1\n    b = xs\n    return b, a\n"


@pytest.mark.parametrize(
    ("call", "helper"),
    [
        ("total = _h(xs) + _h(xs)", HELPER),
        ("total = 1 + _h(xs)", HELPER),
        ("total = _h(k + 1)", HELPER),
        ("total = _h(items=xs)", HELPER),
        (
            "total = _h(xs)",
            HELPER.replace("    return n", "    if n:\n        return 1\n    return n"),
        ),
        ("total = _h(xs)", HELPER.replace("n = 0", "yield 0")),
        ("total = _h(xs)", HELPER.replace("items)", "items=())")),
        ("total = _h(xs)", "@cache\n" + HELPER),
        ("total = _h(xs)", HELPER.replace("n += x", "n += k")),  # the module's k, not the caller's
        ("total = _h(xs)", HELPER.replace("n = 0", "items = items[1:]")),  # xs would change
        ("total = _h(xs)", HELPER.replace("n = 0", "n = lambda: 0")),
    ],
)
def test_helpers_that_stay(call: str, helper: str) -> None:
    assert inlined(CALLER.format(call=call), helper) is None


def test_an_inline_helper_must_keep_the_gain_and_be_no_clearer_apart() -> None:
    text = CALLER.format(call="total = _h(xs)")
    whole = candidate(text, HELPER)
    kept, asked = smallest(whole, lambda c: True, text.replace("_h(xs)", "sum(xs)"))
    assert (kept.helpers, asked) == ((), 1)
    kept, asked = smallest(whole, lambda c: False, text.replace("_h(xs)", "sum(xs)"))
    assert (kept, asked) == (whole, 1)
    told = candidate(text, HELPER.replace("    n = 0", '    """Add up."""\n    n = 0'))
    assert smallest(told, lambda c: True, text.replace("_h(xs)", "sum(xs)")) == (told, 0)
