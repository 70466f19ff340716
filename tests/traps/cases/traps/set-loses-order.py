# kind: order and stability
# reason: order-differs, result-differs
# --- original
def seen(events):
    """Return the distinct events in the order in which they came."""
    found = []
    for event in events:
        if event not in found:
            found.append(event)
    return found
# --- tests
assert seen([1, 2, 1, 3]) == [1, 2, 3]
assert seen([]) == []
# --- rewrite
def seen(events):
    """Return the distinct events in the order in which they came."""
    return list(set(events))
# --- witness
assert seen([9, 1, 5]) == [9, 1, 5]
