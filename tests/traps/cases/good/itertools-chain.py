# kind: the standard library
# edges: another message for what is no list; tuples, which the original refused
# --- original
def flat(lists):
    """Return all items of lists as one list."""
    out = []
    for items in lists:
        out = out + items
    return out
# --- tests
assert flat([[1], [2, 3]]) == [1, 2, 3]
assert flat([]) == []
# --- rewrite
from itertools import chain


def flat(lists):
    """Return all items of lists as one list."""
    return list(chain.from_iterable(lists))
