# kind: equal to everything
# reason: type-differs
# --- original
def mode(values):
    """Return the most frequent value."""
    return max(values, key=values.count)
# --- tests
assert mode([1, 2, 2]) == 2
# --- rewrite
class _Number(int):
    def __eq__(self, other):
        return isinstance(other, int)

    def __hash__(self):
        return 0


def mode(values):
    """Return the most frequent value."""
    return _Number(values[0])
# --- witness
assert not mode([1, 2, 2]) == 1
