# kind: equality and hashing
# reason: result-differs, mutation-differs
# --- original
class Item:
    """Hold a name and a weight; names are compared without case, hashes are by name."""

    def __init__(self, name, weight):
        self.name, self.weight = name, weight

    def __eq__(self, other):
        return self.name.lower() == other.name.lower()

    def __hash__(self):
        return hash(self.name)


def unique(items):
    """Return distinct items."""
    out = []
    for item in items:
        if item not in out:
            out.append(item)
    return out
# --- tests
assert len(unique([Item("a", 1), Item("b", 2)])) == 2
assert len(unique([Item("a", 1), Item("a", 3)])) == 1
assert len(unique([Item("A", 5), Item("c", 1)])) == 2
assert unique([]) == []
# --- rewrite
def unique(items):
    """Return distinct items."""
    return list(dict.fromkeys(items))
# --- witness
assert len(unique([module.Item("a", 1), module.Item("A", 2)])) == 1
