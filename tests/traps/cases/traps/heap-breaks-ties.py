# kind: order and stability
# reason: order-differs, result-differs
# --- original
def top(pairs, count):
    """Return the pairs with the largest scores, in the order in which they came."""
    rest, found = list(pairs), []
    while rest and len(found) < count:
        best = 0
        for index, pair in enumerate(rest):
            if pair[1] > rest[best][1]:
                best = index
        found.append(rest.pop(best))
    return found
# --- tests
assert top([("a", 1), ("b", 3), ("c", 2)], 2) == [("b", 3), ("c", 2)]
assert top([], 1) == []
# --- rewrite
def top(pairs, count):
    """Return the pairs with the largest scores, in the order in which they came."""
    ranked = sorted(pairs, key=lambda pair: (pair[1], pair[0]), reverse=True)
    return ranked[: max(count, 0)]
# --- witness
assert top([("a", 1), ("b", 1)], 1) == [("a", 1)]
