# kind: loops
# --- original
from functools import reduce


def deep_get(table, path):
    """Follow a path into nested tables."""
    return reduce(lambda inner, key: inner.get(key, {}), path.split("."), table)
# --- tests
assert deep_get({"a": {"b": 1}}, "a.b") == 1
assert deep_get({}, "x") == {}
# --- rewrite
def deep_get(table, path):
    """Follow a path into nested tables."""
    for key in path.split("."):
        table = table.get(key, {})
    return table
