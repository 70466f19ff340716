# kind: order and stability
# reason: result-differs, order-differs
# --- original
def merged(base, extra):
    """Return both mappings as one; what base has, wins."""
    found = dict(base)
    for key in extra:
        if key not in found.keys():
            found[key] = extra[key]
    return found
# --- tests
assert merged({"a": 1}, {"b": 2}) == {"a": 1, "b": 2}
assert merged({}, {"b": 2}) == {"b": 2}
# --- rewrite
def merged(base, extra):
    """Return both mappings as one; what base has, wins."""
    return {**base, **extra}
# --- witness
assert merged({"a": 1}, {"a": 2}) == {"a": 1}
