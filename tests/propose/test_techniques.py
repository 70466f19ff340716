"""Techniques fit the function, differ from sample to sample, and never change by chance."""

from collections import Counter

from codeopt.propose.techniques import TECHNIQUES, Signal, choose, signals

CODE = """
def f(rows, wanted):
    out = []
    for row in rows:
        for cell in row:
            if cell.name in wanted:
                out.append(re.sub("a", "b", cell.text.strip()) + str(rows[0]))
    return sorted(out)
"""


def sequence(found: frozenset[Signal], count: int, seed: int = 0, salt: str = "f") -> list[str]:
    used: Counter[str] = Counter()
    names = []
    for _ in range(count):
        names.append(choose(found, used, seed=seed, salt=salt).name)
        used[names[-1]] += 1
    return names


def test_names_and_texts_are_whole() -> None:
    assert len({leaf.name for leaf in TECHNIQUES}) == len(TECHNIQUES)
    assert all(leaf.text.endswith(".") for leaf in TECHNIQUES)


def test_signals_of_a_function() -> None:
    found = signals(CODE)
    expected = {
        Signal.LOOP, Signal.NESTED_LOOP, Signal.MEMBERSHIP, Signal.STRINGS, Signal.REGEX,
        Signal.SORTING, Signal.ATTRIBUTES, Signal.CALLS, Signal.INDEXING, Signal.BUILDS_LIST,
    }  # fmt: skip
    assert expected <= found
    assert not found & {Signal.RECURSION, Signal.EXCEPTIONS, Signal.NUMPY, Signal.ISINSTANCE}


def test_other_signals() -> None:
    assert signals("def f(n):\n    return n and f(n - 1)") == {Signal.RECURSION}
    assert Signal.NUMPY in signals("x = 1", frozenset({"numpy"}))
    assert signals("def f(:") == frozenset()


def test_only_what_applies_is_chosen_and_nothing_twice_before_all_were() -> None:
    found = signals(CODE)
    applicable = {leaf.name for leaf in TECHNIQUES if not leaf.needs or leaf.needs & found}
    names = sequence(found, len(applicable))
    assert set(names) == applicable
    assert "vectorise" not in names
    assert "recursion to iteration" not in names


def test_early_samples_come_from_different_branches() -> None:
    branch = {leaf.name: leaf.branch for leaf in TECHNIQUES}
    names = sequence(signals(CODE), 6)
    assert names[0] == "free choice"
    assert len({branch[name] for name in names}) == 6


def test_the_choice_follows_from_its_arguments() -> None:
    found = signals("def f(x):\n    for y in x:\n        print(y)")
    assert sequence(found, 9) == sequence(found, 9)
    others = [sequence(found, 9, seed=seed) for seed in range(5)]
    assert len({tuple(names) for names in others}) > 1
    assert all(names[0] == "free choice" for names in others)


def test_a_function_without_signals_still_gets_techniques() -> None:
    assert sequence(frozenset(), 3) == ["free choice", "fast path", "free choice"]
