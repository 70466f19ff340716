# kind: shape of the function
# reason: touches-other-code
# target: order
# --- original
def price(item):
    """Return the price with tax, rounded down."""
    return item["net"] * 119 // 100


def order(items):
    """Return what all items cost."""
    total = 0
    for item in items:
        total += price(item)
    return total
# --- tests
assert order([{"net": 100}]) == 119
# --- rewrite
def price(item):
    """Return the price with tax, rounded down."""
    return int(item["net"] * 1.19)


def order(items):
    """Return what all items cost."""
    return sum(map(price, items))
# --- witness
assert module.price({"net": 10**18 + 1}) == (10**18 + 1) * 119 // 100
