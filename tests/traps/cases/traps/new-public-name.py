# kind: shape of the function
# reason: public-name-changed
# --- original
__version__ = "1"


def cost(amount):
    """Return the cost with tax."""
    return amount + amount * 19 // 100
# --- tests
assert cost(100) == 119
# --- rewrite
TAX = 119


def cost(amount):
    """Return the cost with tax."""
    return amount * TAX // 100
# --- witness
assert not hasattr(module, "TAX")
