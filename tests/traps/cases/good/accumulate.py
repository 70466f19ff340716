# kind: the standard library
# edges: values of a wrong type, of which the original refuses even one
# --- original
def running(values):
    """Return the running sums."""
    out = []
    for index in range(len(values)):
        out.append(sum(values[: index + 1]))
    return out
# --- tests
assert running([1, 2, 3]) == [1, 3, 6]
assert running([]) == []
# --- rewrite
from itertools import accumulate


def running(values):
    """Return the running sums."""
    return list(accumulate(values))
