# kind: dictionaries
# --- original
def grouped(pairs):
    """Group numbers by name."""
    groups = {}
    for name, number in pairs:
        groups.setdefault(name, []).append(number)
    return sorted(groups.items())
# --- tests
assert grouped([("b", 1), ("a", 2), ("b", 3)]) == [("a", [2]), ("b", [1, 3])]
assert grouped([]) == []
# --- rewrite
from collections import defaultdict


def grouped(pairs):
    """Group numbers by name."""
    groups = defaultdict(list)
    for name, number in pairs:
        groups[name].append(number)
    return sorted(groups.items())
