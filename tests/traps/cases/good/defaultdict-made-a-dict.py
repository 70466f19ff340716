# kind: dictionaries
# --- original
def links(edges):
    """Return the targets of each source."""
    found = {}
    for source, target in edges:
        if source not in found:
            found[source] = []
        found[source].append(target)
    return found
# --- tests
assert links([("a", "b"), ("a", "c")]) == {"a": ["b", "c"]}
assert links([]) == {}
# --- rewrite
from collections import defaultdict


def links(edges):
    """Return the targets of each source."""
    found = defaultdict(list)
    for source, target in edges:
        found[source].append(target)
    return dict(found)
