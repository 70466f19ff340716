# kind: objects
# edges: attributes of other types
# target: Stock.take
# --- original
class Stock:
    """Count things."""

    def __init__(self):
        self.counts = {}
        self.log = []

    def take(self, names):
        """Take things in, one log entry each."""
        for name in names:
            if name in self.counts.keys():
                self.counts[name] = self.counts[name] + 1
            else:
                self.counts[name] = 1
            self.log.append("took " + name)
        return sum(self.counts.values())
# --- tests
stock = Stock()
assert stock.take(["a", "b"]) == 2
assert stock.take(["a"]) == 3
# --- rewrite
class Stock:
    """Count things."""

    def __init__(self):
        self.counts = {}
        self.log = []

    def take(self, names):
        """Take things in, one log entry each."""
        counts = self.counts
        append = self.log.append
        for name in names:
            counts[name] = counts.get(name, 0) + 1
            append("took " + name)
        return sum(counts.values())
