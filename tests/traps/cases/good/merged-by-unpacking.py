# kind: dictionaries
# --- original
def combined(first, second):
    """Return a table with the entries of both; the second wins."""
    out = {}
    for key in first:
        out[key] = first[key]
    for key in second:
        out[key] = second[key]
    return out
# --- tests
assert combined({"a": 1, "b": 2}, {"b": 3}) == {"a": 1, "b": 3}
assert combined({}, {}) == {}
# --- rewrite
def combined(first, second):
    """Return a table with the entries of both; the second wins."""
    return {**first, **second}
