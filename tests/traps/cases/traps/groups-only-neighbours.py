# kind: order and stability
# reason: result-differs, order-differs
# --- original
def by_letter(words):
    """Group words by their first letter."""
    groups = {}
    for word in words:
        groups.setdefault(word[:1], []).append(word)
    return groups
# --- tests
assert by_letter(["ant", "ape", "bee"]) == {"a": ["ant", "ape"], "b": ["bee"]}
assert by_letter([]) == {}
# --- rewrite
import itertools


def by_letter(words):
    """Group words by their first letter."""
    return {k: list(g) for k, g in itertools.groupby(words, key=lambda word: word[:1])}
# --- witness
assert by_letter(["ant", "bee", "ape"])["a"] == ["ant", "ape"]
