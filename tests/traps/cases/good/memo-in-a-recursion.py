# kind: bounded caches
# edges: the original can not go that deep
# --- original
def ways(steps):
    """Count the ways to climb steps, one or two at a time."""
    if steps < 0:
        return 0
    if steps == 0:
        return 1
    return ways(steps - 1) + ways(steps - 2)
# --- tests
assert ways(5) == 8
assert ways(0) == 1
assert ways(-1) == 0
# --- rewrite
def ways(steps):
    """Count the ways to climb steps, one or two at a time."""
    if steps < 0:
        return 0
    before, now = 0, 1
    while steps > 0:
        before, now = now, before + now
        steps -= 1
    return now
