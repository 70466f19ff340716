# kind: dictionaries
# --- original
def counts(words):
    """Count words; the first seen comes first."""
    found = {}
    for word in words:
        if word in found:
            found[word] = found[word] + 1
        else:
            found[word] = 1
    return found
# --- tests
assert counts(["b", "a", "b"]) == {"b": 2, "a": 1}
assert counts([]) == {}
# --- rewrite
from collections import Counter


def counts(words):
    """Count words; the first seen comes first."""
    return dict(Counter(words))
