# kind: rare inputs
# reason: result-differs
# --- original
def grade(points, limits):
    """Return how many limits are reached; limits are sorted."""
    count = 0
    for limit in limits:
        if points >= limit:
            count += 1
    return count
# --- tests
assert grade(55, [50, 60, 70]) == 1
assert grade(99, [50, 60, 70]) == 3
assert grade(1, [50, 60, 70]) == 0
# --- rewrite
from bisect import bisect_left


def grade(points, limits):
    """Return how many limits are reached; limits are sorted."""
    return bisect_left(limits, points)
# --- witness
assert grade(50, [50, 60, 70]) == 1
