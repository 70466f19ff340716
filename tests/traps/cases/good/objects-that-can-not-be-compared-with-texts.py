# kind: objects
# edges: items that are none
# --- original
class Item:
    """Hold a name; can be compared with other items only."""

    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return self.name == other.name

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
assert len(unique([Item("a"), Item("b"), Item("a")])) == 2
assert unique([]) == []
# --- rewrite
def unique(items):
    """Return distinct items."""
    return list(dict.fromkeys(items))
