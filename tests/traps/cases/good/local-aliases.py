# kind: local aliases
# --- original
import math


def distances(points):
    """Return the distances of points from the origin."""
    out = []
    for x, y in points:
        out.append(math.sqrt(x * x + y * y))
    return out
# --- tests
assert distances([(3, 4)]) == [5.0]
assert distances([]) == []
# --- rewrite
def distances(points):
    """Return the distances of points from the origin."""
    sqrt = math.sqrt
    out = []
    append = out.append
    for x, y in points:
        append(sqrt(x * x + y * y))
    return out
