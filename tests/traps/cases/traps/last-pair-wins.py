# kind: equality and hashing
# reason: result-differs
# --- original
def index(pairs):
    """Map names to their first number."""
    found = {}
    for name, number in pairs:
        found.setdefault(name, number)
    return found
# --- tests
assert index([("a", 1), ("b", 2)]) == {"a": 1, "b": 2}
assert index([]) == {}
# --- rewrite
def index(pairs):
    """Map names to their first number."""
    return {name: number for name, number in pairs}
# --- witness
assert index([("a", 1), ("a", 2)]) == {"a": 1}
