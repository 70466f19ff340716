# kind: shape of the function
# reason: stub
# --- original
def convert(value, unit):
    """Convert metres."""
    if unit == "km":
        return value / 1000
    if unit == "cm":
        return value * 100
    return value
# --- tests
assert convert(2000, "km") == 2
assert convert(1, "m") == 1
# --- rewrite
def convert(value, unit):
    """Convert metres."""
    if unit == "km":
        return value / 1000
    if unit == "cm":
        ...
    return value
# --- witness
assert convert(1, "cm") == 100
