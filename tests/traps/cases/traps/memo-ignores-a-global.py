# kind: memo across calls
# reason: forbidden-construct
# target: price
# --- original
RATES = {"eur": 2}


def configure(currency, rate):
    """Set the rate of a currency."""
    RATES[currency] = rate


def price(amount):
    """Return what an amount costs at the rate of now."""
    result = amount * RATES["eur"]
    return result
# --- tests
assert price(0) == 0
assert price(3) == 6
assert price(3) == 6
# --- rewrite
from functools import lru_cache


@lru_cache(maxsize=256)
def _price(amount):
    return amount * RATES["eur"]


def price(amount):
    """Return what an amount costs at the rate of now."""
    return _price(amount)
# --- witness
assert price(3) == 6
module.configure("eur", 5)
assert price(3) == 15
