# kind: module and default state
# reason: global-state-differs
# --- original
import decimal
from decimal import Decimal


def ratio(a, b):
    """Return a / b to 50 digits."""
    with decimal.localcontext() as context:
        context.prec = 50
        return str(Decimal(a) / Decimal(b))
# --- tests
assert ratio(1, 4) == "0.25"
assert ratio(1, 3).startswith("0.333")
# --- rewrite
def ratio(a, b):
    """Return a / b to 50 digits."""
    context = decimal.getcontext()
    context.prec = 50
    return str(Decimal(a) / Decimal(b))
# --- witness
import decimal
before = decimal.getcontext().prec
module.ratio(1, 3)
now, decimal.getcontext().prec = decimal.getcontext().prec, before
assert now == before
