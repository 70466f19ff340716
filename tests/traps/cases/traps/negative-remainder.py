# kind: rare inputs
# reason: result-differs
# --- original
import math


def wrapped(angle):
    """Return an angle as one from 0 to 359."""
    turns = angle // 360
    return angle - 360 * turns
# --- tests
assert wrapped(370) == 10
assert wrapped(0) == 0
# --- rewrite
def wrapped(angle):
    """Return an angle as one from 0 to 359."""
    if angle >= 0:
        return angle % 360
    return int(math.fmod(angle, 360))
# --- witness
assert wrapped(-10) == 350
