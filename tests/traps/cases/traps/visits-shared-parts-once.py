# kind: aliasing
# reason: result-differs
# --- original
def size(tree):
    """Count the leaves of nested lists."""
    total = 0
    for item in tree:
        total += size(item) if isinstance(item, list) else 1
    return total
# --- tests
assert size([1, [2, 3], [[4]]]) == 4
assert size([]) == 0
# --- rewrite
def size(tree):
    """Count the leaves of nested lists."""
    total, waiting, seen = 0, [tree], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        for item in node:
            if isinstance(item, list):
                waiting.append(item)
            else:
                total += 1
    return total
# --- witness
part = [1, 2]
assert size([part, part]) == 4
