# kind: helpers
# edges: another of two equal texts, one of a class of its own
# --- original
def joined_groups(pairs):
    """Return groups of names that are connected by pairs, each sorted."""
    groups = []
    for a, b in pairs:
        hit = [group for group in groups if a in group or b in group]
        merged = {a, b}
        for group in hit:
            merged |= group
            groups.remove(group)
        groups.append(merged)
    return sorted(sorted(group) for group in groups)
# --- tests
assert joined_groups([("a", "b"), ("c", "d"), ("b", "c")]) == [["a", "b", "c", "d"]]
assert joined_groups([]) == []
# --- rewrite
class _Forest:
    __slots__ = ("above",)

    def __init__(self):
        self.above = {}

    def root(self, name):
        above = self.above
        above.setdefault(name, name)
        while above[name] != name:
            above[name] = above[above[name]]
            name = above[name]
        return name


def joined_groups(pairs):
    """Return groups of names that are connected by pairs, each sorted."""
    forest = _Forest()
    for a, b in pairs:
        forest.above[forest.root(a)] = forest.root(b)
    groups = {}
    for name in forest.above:
        groups.setdefault(forest.root(name), []).append(name)
    return sorted(sorted(group) for group in groups.values())
