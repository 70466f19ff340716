# kind: type-blind cache keys
# reason: result-differs
# --- original
class Item:
    """Hold a name and a price; items of one name are equal."""

    def __init__(self, name, price):
        self.name, self.price = name, price

    def __eq__(self, other):
        return isinstance(other, Item) and self.name == other.name

    def __hash__(self):
        return hash(self.name)


def label(item):
    """Return the text on the shelf."""
    return item.name.title() + " " + str(item.price)
# --- tests
assert label(Item("fig", 2)) == "Fig 2"
assert label(Item("plum", 3)) == "Plum 3"
# --- rewrite
from functools import lru_cache


@lru_cache(maxsize=128)
def _label(item):
    return item.name.title() + " " + str(item.price)


def label(item):
    """Return the text on the shelf."""
    return _label(item)
# --- witness
label(module.Item("fig", 2))
assert label(module.Item("fig", 5)) == "Fig 5"
