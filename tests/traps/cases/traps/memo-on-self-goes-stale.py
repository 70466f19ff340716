# kind: memo across calls
# reason: result-differs, mutation-differs
# target: Basket.total
# --- original
class Basket:
    """Hold prices."""

    def __init__(self, prices):
        self.prices = list(prices)

    def add(self, price):
        """Put one more in."""
        self.prices.append(price)

    def total(self):
        """Add the prices up."""
        result = 0
        for price in self.prices:
            result += price
        return result
# --- tests
basket = Basket([1, 2])
assert basket.total() == 3
assert basket.total() == 3
assert Basket([]).total() == 0
# --- rewrite
class Basket:
    """Hold prices."""

    def __init__(self, prices):
        self.prices = list(prices)

    def add(self, price):
        """Put one more in."""
        self.prices.append(price)

    def total(self):
        """Add the prices up."""
        known = self.__dict__.get("_total")
        if known is None:
            known = self._total = sum(self.prices)
        return known
# --- witness
basket = Basket([1, 2])
basket.total()
basket.add(3)
assert basket.total() == 6
