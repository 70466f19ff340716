# kind: rare inputs
# reason: result-differs
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
assert grade(95) == "A"
assert grade(80) == "B"
assert grade(60) == "C"
assert grade(20) == "D"
# --- rewrite
import bisect

_LIMITS = (50, 75, 90)


def grade(points):
    """Return the grade for points."""
    return "DCBA"[bisect.bisect_left(_LIMITS, points)]
# --- witness
assert grade(90) == "A"
