# kind: bounded caches
# edges: an unhashable name, where only texts were seen
# --- original
def lengths(names):
    """Return the length of the longest name that starts like each name."""
    out = []
    for name in names:
        best = 0
        for other in names:
            if other[:1] == name[:1] and len(other) > best:
                best = len(other)
        out.append(best)
    return out
# --- tests
assert lengths(["ab", "a", "c"]) == [2, 2, 1]
assert lengths([]) == []
# --- rewrite
def lengths(names):
    """Return the length of the longest name that starts like each name."""
    longest = {}
    for name in names:
        first = name[:1]
        if len(name) > longest.get(first, 0):
            longest[first] = len(name)
    return [longest.get(name[:1], 0) for name in names]
