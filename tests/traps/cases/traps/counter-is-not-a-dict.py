# kind: types of containers
# reason: type-differs
# --- original
def counts(words):
    """Count words."""
    found = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return found
# --- tests
assert counts(["a", "b", "a"]) == {"a": 2, "b": 1}
# --- rewrite
from collections import Counter


def counts(words):
    """Count words."""
    return Counter(words)
# --- witness
try:
    counts([])["a"]
except KeyError:
    pass
else:
    raise AssertionError
