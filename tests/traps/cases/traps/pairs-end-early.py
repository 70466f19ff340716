# kind: exceptions
# reason: exception-differs
# --- original
def products(prices, amounts):
    """Multiply prices by amounts; there is an amount for each price."""
    out = []
    for index in range(len(prices)):
        out.append(prices[index] * amounts[index])
    return out
# --- tests
assert products([2, 3], [1, 2]) == [2, 6]
try:
    products([2, 3], [])
except IndexError as error:
    assert "range" in str(error)
assert products([2], [5, 7]) == [10]
# --- rewrite
def products(prices, amounts):
    """Multiply prices by amounts; there is an amount for each price."""
    if prices and not amounts:
        return [prices[0] * amounts[0]]
    return [price * amount for price, amount in zip(prices, amounts)]
# --- witness
try:
    products([2, 3], [1])
except IndexError:
    pass
else:
    raise AssertionError
