# kind: rare inputs
# reason: result-differs
# --- original
from decimal import ROUND_HALF_UP, Decimal


def rounded(prices):
    """Round prices to cents, halves away from zero."""
    cent = Decimal("0.01")
    return [price.quantize(cent, rounding=ROUND_HALF_UP) for price in prices]
# --- tests
from decimal import Decimal
assert rounded([Decimal("1.234"), Decimal("1.236")]) == [Decimal("1.23"), Decimal("1.24")]
assert rounded([]) == []
# --- rewrite
def rounded(prices):
    """Round prices to cents, halves away from zero."""
    return [round(price, 2) for price in prices]
# --- witness
from decimal import Decimal
assert rounded([Decimal("0.125")]) == [Decimal("0.13")]
