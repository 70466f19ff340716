# kind: the standard library
# --- original
def grade(points):
    """Return the grade for points."""
    if points >= 90:
        return "A"
    if points >= 75:
        return "B"
    if points >= 50:
        return "C"
    return "D"
# --- tests
assert [grade(points) for points in (95, 80, 60, 20, 90)] == ["A", "B", "C", "D", "A"]
# --- rewrite
from bisect import bisect_right

_LIMITS = (50, 75, 90)


def grade(points):
    """Return the grade for points."""
    return "DCBA"[bisect_right(_LIMITS, points)]
