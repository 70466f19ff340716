# kind: shape of the function
# reason: forbidden-import
# --- original
def pivot(values):
    """Return the value in the middle of three."""
    return sorted(values)[1]
# --- tests
assert pivot([1, 2, 3]) in (1, 2, 3)
# --- rewrite
import random


def pivot(values):
    """Return the value in the middle of three."""
    return random.choice(values)
# --- witness
assert {pivot([1, 2, 3]) for _ in range(50)} == {2}
