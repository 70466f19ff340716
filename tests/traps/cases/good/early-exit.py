# kind: early exits
# edges: a value of a wrong type behind the first negative one
# --- original
def has_negative(values):
    """Tell whether any value is below 0."""
    found = False
    for value in values:
        if value < 0:
            found = True
    return found
# --- tests
assert has_negative([1, -1, 2])
assert not has_negative([])
# --- rewrite
def has_negative(values):
    """Tell whether any value is below 0."""
    for value in values:
        if value < 0:
            return True
    return False
