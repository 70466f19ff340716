# kind: text and Unicode
# reason: result-differs
# --- original
def price(amount):
    """Write an amount with cents."""
    return str(round(amount, 2)) + " EUR"
# --- tests
assert price(1.25) == "1.25 EUR"
assert price(12.375) == "12.38 EUR"
# --- rewrite
def price(amount):
    """Write an amount with cents."""
    return f"{amount:.2f} EUR"
# --- witness
assert price(1.5) == "1.5 EUR"
