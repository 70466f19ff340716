# kind: mutation of arguments
# reason: mutation-differs
# --- original
def total(counts, names):
    """Add up the counts of names."""
    result = 0
    for name in names:
        if name in counts:
            result += counts[name]
    return result
# --- tests
from collections import defaultdict
counts = defaultdict(int, {"a": 2, "b": 3})
assert total(counts, ["a", "b", "a"]) == 7
assert total(counts, []) == 0
# --- rewrite
def total(counts, names):
    """Add up the counts of names."""
    try:
        return sum([counts[name] for name in names])
    except KeyError:
        return sum([counts[name] for name in names if name in counts])
# --- witness
from collections import defaultdict
counts = defaultdict(int)
assert total(counts, ["a"]) == 0 and not counts
