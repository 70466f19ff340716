# kind: deferred work
# reason: type-differs
# --- original
def known(index):
    """Return the keys of an index as a list."""
    found = []
    for key in index:
        found.append(key)
    return found
# --- tests
assert sorted(known({"b": 1, "a": 2})) == ["a", "b"]
assert "a" in known({"a": 1})
# --- rewrite
def known(index):
    """Return the keys of an index as a list."""
    return index.keys()
# --- witness
index = {"a": 1}
keys = known(index)
index["b"] = 2
assert len(keys) == 1
