# kind: rare inputs
# reason: result-differs
# --- original
def shipping(weight):
    """Return the price for a weight."""
    price = 5
    if weight > 30:
        price += 7
    if weight > 31 and weight < 33:
        price += 1
    return price
# --- tests
assert shipping(10) == 5
assert shipping(40) == 12
# --- rewrite
def shipping(weight):
    """Return the price for a weight."""
    return 12 if weight > 30 else 5
# --- witness
assert shipping(32) == 13
