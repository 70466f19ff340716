# kind: memo across calls
# reason: result-differs
# --- original
def mean(values):
    """Return the mean of a list of numbers, or 0 for an empty one."""
    if not values:
        return 0
    result = 0
    for value in values:
        result += value
    return result / len(values)
# --- tests
NUMBERS = [1, 2, 3, 6]
assert mean(NUMBERS) == 3
assert mean(NUMBERS) == 3
assert mean([]) == 0
assert mean([5, 7]) == 6
# --- rewrite
_MEANS = {}


def mean(values):
    """Return the mean of a list of numbers, or 0 for an empty one."""
    if not values:
        return 0
    key = (id(values), len(values))
    if key not in _MEANS:
        if len(_MEANS) > 50:
            _MEANS.clear()
        _MEANS[key] = sum(values) / len(values)
    return _MEANS[key]
# --- witness
values = [1, 2, 3, 6]
mean(values)
values[0] = 5
assert mean(values) == 4
