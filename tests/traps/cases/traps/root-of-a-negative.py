# kind: floating point
# reason: exception-differs
# --- original
import math


def spread(values):
    """Return the root of the sum of values, which rounding may have made negative."""
    total = 0.0
    for value in values:
        total += value
    return math.sqrt(total)
# --- tests
assert spread([9.0, 16.0]) == 5.0
assert spread([]) == 0.0
try:
    spread([-4.0])
except ValueError:
    pass
# --- rewrite
def spread(values):
    """Return the root of the sum of values, which rounding may have made negative."""
    total = 0.0
    for value in values:
        total += value
    return total ** 0.5 if total > -4.0 or total < -4.0 else math.sqrt(total)
# --- witness
try:
    spread([-1.0])
except ValueError:
    pass
else:
    raise AssertionError
