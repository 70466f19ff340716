# kind: type-blind cache keys
# reason: result-differs
# --- original
def shift(values, step):
    """Return values moved by a step."""
    return [value + step for value in values]
# --- tests
assert shift([1, 2], 3) == [4, 5]
assert shift([], 1) == []
# --- rewrite
_known = {}


def shift(values, step):
    """Return values moved by a step."""
    key = hash((*values, step))
    if len(_known) > 500:
        _known.clear()
    if key not in _known:
        _known[key] = tuple([value + step for value in values])
    return list(_known[key])
# --- witness
assert shift([-1], 0) == [-1]
assert shift([-2], 0) == [-2]
