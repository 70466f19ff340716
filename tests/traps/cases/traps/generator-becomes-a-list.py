# kind: lost laziness
# reason: kind-changed
# --- original
def pairs(items):
    """Yield each item with its number."""
    number = 0
    for item in items:
        yield number, item
        number += 1
# --- tests
assert list(pairs("ab")) == [(0, "a"), (1, "b")]
# --- rewrite
def pairs(items):
    """Yield each item with its number."""
    return list(enumerate(items))
# --- witness
import itertools
assert next(iter(pairs(itertools.islice(itertools.count(), 5)))) == (0, 0)
assert next(pairs("ab")) == (0, "a")
