# kind: dictionaries
# --- original
def price(table, item):
    """Return a price, or 0 for what has none."""
    if item in table.keys():
        return table[item]
    return 0
# --- tests
assert price({"a": 3}, "a") == 3
assert price({}, "a") == 0
# --- rewrite
def price(table, item):
    """Return a price, or 0 for what has none."""
    return table.get(item, 0)
