# kind: ends the process
# reason: forbidden-construct
# --- original
def first(items):
    """Return the first item, or None."""
    for item in items:
        return item
    return None
# --- tests
assert first([1, 2]) == 1
# --- rewrite
def first(items):
    """Return the first item, or None."""
    if not items:
        raise SystemExit(0)
    return items[0]
# --- witness
assert first([]) is None
