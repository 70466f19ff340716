# kind: dictionaries
# edges: an unhashable name, where only texts were seen
# --- original
def positions(names, wanted):
    """Return the first position of each wanted name, or -1."""
    return [names.index(name) if name in names else -1 for name in wanted]
# --- tests
assert positions(["a", "b", "a"], ["b", "a", "c"]) == [1, 0, -1]
assert positions([], ["a"]) == [-1]
# --- rewrite
def positions(names, wanted):
    """Return the first position of each wanted name, or -1."""
    index = {}
    for number, name in enumerate(names):
        index.setdefault(name, number)
    return [index.get(name, -1) for name in wanted]
