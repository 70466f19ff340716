# kind: equality and hashing
# reason: result-differs
# --- original
class Money(int):
    """Count cents."""


def amounts(values):
    """Return those values that are integers."""
    return [value for value in values if isinstance(value, int)]
# --- tests
assert amounts([1, "a"]) == [1]
assert len(amounts([Money(3), 2.5])) < 2
# --- rewrite
def amounts(values):
    """Return those values that are integers."""
    return [value for value in values if type(value) is int]
# --- witness
assert amounts([module.Money(3)]) == [3]
