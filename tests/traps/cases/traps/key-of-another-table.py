# kind: rare inputs
# reason: exception-differs, result-differs
# --- original
def joined(left, right):
    """Pair the values of keys that both tables have."""
    return {key: (left[key], right[key]) for key in left if key in right}
# --- tests
assert joined({"a": 1}, {"a": 2, "b": 3}) == {"a": (1, 2)}
assert joined({}, {}) == {}
# --- rewrite
def joined(left, right):
    """Pair the values of keys that both tables have."""
    return {key: (value, right.get(key)) for key, value in left.items()}
# --- witness
assert joined({"a": 1}, {}) == {}
