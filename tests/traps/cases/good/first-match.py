# kind: early exits
# --- original
def first_long(words, limit):
    """Return the first word longer than a limit, or None."""
    matches = [word for word in words if len(word) > limit]
    return matches[0] if matches else None
# --- tests
assert first_long(["a", "abc"], 2) == "abc"
assert first_long([], 2) is None
# --- rewrite
def first_long(words, limit):
    """Return the first word longer than a limit, or None."""
    return next((word for word in words if len(word) > limit), None)
