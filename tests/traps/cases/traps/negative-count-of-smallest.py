# kind: rare inputs
# reason: result-differs, order-differs
# --- original
def smallest(values, count):
    """Return the smallest values."""
    return sorted(values)[:count]
# --- tests
assert smallest([3, 1, 2], 2) == [1, 2]
assert smallest([], 2) == []
# --- rewrite
import heapq


def smallest(values, count):
    """Return the smallest values."""
    return heapq.nsmallest(count, values)
# --- witness
assert smallest([3, 1, 2], -1) == [1, 2]
