# kind: order that is not seen
# edges: parts that can not be hashed
# --- original
def without(edges, unwanted):
    """Return the edges that are not unwanted."""
    return [edge for edge in edges if edge not in unwanted]
# --- tests
assert without([("a", "b"), ("b", "c")], [("b", "c")]) == [("a", "b")]
assert without([], [("b", "c")]) == []
# --- rewrite
def without(edges, unwanted):
    """Return the edges that are not unwanted."""
    if not unwanted:
        return list(edges)
    known = frozenset(unwanted)
    return [edge for edge in edges if edge not in known]
