# kind: sorting
# edges: values of other types
# --- original
def top(counts):
    """Return the three most frequent names."""
    return [name for name, _ in sorted(counts.items(), key=lambda pair: pair[1], reverse=True)[:3]]
# --- tests
assert top({"a": 1, "b": 5, "c": 5, "d": 2}) == ["b", "c", "d"]
assert top({}) == []
# --- rewrite
import heapq
from operator import itemgetter


def top(counts):
    """Return the three most frequent names."""
    return [name for name, _ in heapq.nlargest(3, counts.items(), key=itemgetter(1))]
