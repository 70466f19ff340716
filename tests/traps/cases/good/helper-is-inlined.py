# kind: helpers
# target: area
# --- original
def square(value):
    """Return a square."""
    return value * value


def area(radii):
    """Add up squares."""
    total = 0
    for radius in radii:
        total += square(radius)
    return total
# --- tests
assert area([1, 2]) == 5
assert area([]) == 0
# --- rewrite
def area(radii):
    """Add up squares."""
    total = 0
    for radius in radii:
        total += radius * radius
    return total
