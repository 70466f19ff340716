# kind: loops
# edges: the original can not go that deep
# --- original
def leaves(tree):
    """Return the leaves of nested lists, from left to right."""
    out = []
    for item in tree:
        if isinstance(item, list):
            out.extend(leaves(item))
        else:
            out.append(item)
    return out
# --- tests
assert leaves([1, [2, [3, 4]], 5]) == [1, 2, 3, 4, 5]
assert leaves([]) == []
# --- rewrite
def leaves(tree):
    """Return the leaves of nested lists, from left to right."""
    out, waiting = [], [iter(tree)]
    while waiting:
        for item in waiting[-1]:
            if isinstance(item, list):
                waiting.append(iter(item))
                break
            out.append(item)
        else:
            waiting.pop()
    return out
