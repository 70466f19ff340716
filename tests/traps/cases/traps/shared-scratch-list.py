# kind: thread safety
# reason: not-thread-safe
# --- original
def doubled(values):
    """Return twice each value."""
    out = []
    for value in values:
        out.append(value + value)
    return out
# --- tests
assert doubled([1, 2]) == [2, 4]
# --- rewrite
_scratch = []


def doubled(values):
    """Return twice each value."""
    _scratch.clear()
    for value in values:
        _scratch.append(value + value)
    return _scratch[:]
# --- witness
class Slow:
    def __init__(self, inner=None):
        self.inner = inner
    def __add__(self, other):
        if self.inner:
            doubled(self.inner)
        return 1
assert doubled([1, Slow([5, 6])]) == [2, 1]
