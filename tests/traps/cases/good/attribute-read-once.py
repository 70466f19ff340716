# kind: local aliases
# target: Ledger.total
# --- original
class Ledger:
    """Hold entries."""

    def __init__(self, entries, factor):
        self.entries = entries
        self.factor = factor

    def total(self):
        """Add up the entries times the factor."""
        result = 0
        for entry in self.entries:
            result += entry * self.factor
        return result
# --- tests
assert Ledger([1, 2], 3).total() == 9
assert Ledger([], 1).total() == 0
# --- rewrite
class Ledger:
    """Hold entries."""

    def __init__(self, entries, factor):
        self.entries = entries
        self.factor = factor

    def total(self):
        """Add up the entries times the factor."""
        factor = self.factor
        result = 0
        for entry in self.entries:
            result += entry * factor
        return result
