# kind: the standard library
# edges: another message for values that cannot be compared
# --- original
def cheapest(prices):
    """Return the three smallest prices."""
    return sorted(prices)[:3]
# --- tests
assert cheapest([5, 1, 4, 2]) == [1, 2, 4]
assert cheapest([]) == []
# --- rewrite
import heapq


def cheapest(prices):
    """Return the three smallest prices."""
    return heapq.nsmallest(3, prices)
