# kind: helpers
# --- original
def depths(tree):
    """Return the depth of every leaf of nested lists, from left to right."""
    if not isinstance(tree, list):
        return [0]
    out = []
    for branch in tree:
        out = out + [depth + 1 for depth in depths(branch)]
    return out
# --- tests
assert depths([1, [2, [3]]]) == [1, 2, 3]
assert depths(1) == [0]
# --- rewrite
def depths(tree):
    """Return the depth of every leaf of nested lists, from left to right."""
    out = []

    def visit(node, depth):
        if isinstance(node, list):
            for branch in node:
                visit(branch, depth + 1)
        else:
            out.append(depth)

    visit(tree, 0)
    return out
