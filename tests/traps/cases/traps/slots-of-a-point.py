# kind: rare inputs
# reason: result-differs
# --- original
class Point:
    """Hold two coordinates."""

    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


def steps(point):
    """Return how many steps lead to a point."""
    return abs(point.x) + abs(point.y)
# --- tests
assert steps(Point(2, 3)) == 5
assert steps(Point(0, 1)) == 1
# --- rewrite
def steps(point):
    """Return how many steps lead to a point."""
    return point.x + point.y
# --- witness
assert steps(module.Point(-1, 1)) == 2
