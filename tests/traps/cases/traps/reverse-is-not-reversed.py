# kind: order and stability
# reason: order-differs, result-differs
# --- original
def latest(events):
    """Return events from late to early; those of one time stay in order."""
    return sorted(events, key=lambda event: -event[0])
# --- tests
assert latest([(1, "a"), (2, "b")]) == [(2, "b"), (1, "a")]
# --- rewrite
def latest(events):
    """Return events from late to early; those of one time stay in order."""
    found = sorted(events, key=lambda event: event[0])
    found.reverse()
    return found
# --- witness
assert latest([(1, "a"), (1, "b")]) == [(1, "a"), (1, "b")]
