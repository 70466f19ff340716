"""The answers that were written by hand for ``benchmarks/strategies.py``, and who gets which."""

from __future__ import annotations

import ast
import re

import pytest

from benchmarks.answering import NOTHING, ByHand, part_of, written
from benchmarks.grounds import TARGETS
from benchmarks.standings import Result, functions, totals
from tests.support.endpoint import Ask

ALL = [target for targets in TARGETS.values() for target in targets]
CODE = re.compile(r"```python\n(.*?)```", re.S)
CONQUER = """Make `_yearbook_block2` faster, a part of `almanac/yearbook.py::yearbook`.

The part:

```python
def _yearbook_block2(readings):
    rain = []
    return rain
```

The function that calls it (stays as it is):
"""


def test_there_are_answers_about_a_dozen_functions_and_all_code_parses_but_what_is_broken() -> None:
    assert len(ALL) >= 12
    broken = set()
    for target in ALL:
        name = target.rpartition("::")[2]
        answers = written(name)
        assert answers["rewrite"], target
        assert answers["critique"], target
        for kind, texts in answers.items():
            for code in (code for text in texts for code in CODE.findall(text)):
                try:
                    ast.parse(code)
                except SyntaxError:
                    broken.add((name, kind))
    assert broken == {("busiest", "rewrite"), ("neighbours", "part distances")}


def test_every_strategy_meets_answers_without_code() -> None:
    prose = [
        t for t in ALL if any(not CODE.search(a) for a in written(t.rpartition("::")[2])["rewrite"])
    ]
    assert len(prose) >= 6
    assert not CODE.search(NOTHING)


def test_a_part_is_known_by_what_it_returns_and_gets_its_answers_in_order() -> None:
    assert part_of(CONQUER) == ("_yearbook_block2", "rain")
    model = ByHand()

    def answer(prompt: str) -> str:
        return model(Ask(0, "", {}, {"messages": [{"content": prompt}]})).body.decode()

    assert "rain.append(total)\\n        total += reading.rain" in answer(CONQUER)
    assert "def _yearbook_block2(readings):" in answer(CONQUER)
    assert NOTHING in answer(CONQUER)
    assert "Counter counts" not in answer("Make `almanac/yearbook.py::yearbook` faster")
    assert "A dict, a running total" in answer("Make `almanac/yearbook.py::yearbook` faster")
    assert NOTHING in answer(f"{CONQUER}\nThat answer cannot be used: it is no code.")
    assert "_spell" in answer("Divide\nDivide `almanac/yearbook.py::drought`, so that it")
    assert "both are quadratic" in answer(
        "`almanac/yearbook.py::yearbook`\nAnswer with your critique of it"
    )


@pytest.mark.parametrize("speed", [None, 2.0])
def test_the_table_shows_what_is_kept_and_what_is_not(speed: float | None) -> None:
    rows = [
        Result("m.py::f", "best-of-n", 1.5, 4, 2, 1000, ""),
        Result("m.py::f", "decompose", speed, 3, 1, 900, ""),
    ]
    last = functions(rows, ["best-of-n", "decompose"]).split("\n")[-1]
    assert last == ("| `f` | 1.50× | **2.00×** |" if speed else "| `f` | **1.50×** | – |")
    table = totals(rows, ["best-of-n", "decompose"])
    assert "| best-of-n | 4 | 2 | 1 of 1 |" in table
    assert (
        "| decompose | 3 | 1 | 1 of 1 | 1 |" if speed else "| decompose | 3 | 1 | 0 of 1 | 0 |"
    ) in table
