# kind: rare inputs
# reason: result-differs
# --- original
def positions(names, wanted):
    """Return the first position of each wanted name, or -1."""
    return [names.index(name) if name in names else -1 for name in wanted]
# --- tests
assert positions(["a", "b"], ["b", "c"]) == [1, -1]
assert positions([], []) == []
# --- rewrite
def positions(names, wanted):
    """Return the first position of each wanted name, or -1."""
    index = {name: number for number, name in enumerate(names)}
    return [index.get(name, -1) for name in wanted]
# --- witness
assert positions(["a", "a"], ["a"]) == [0]
