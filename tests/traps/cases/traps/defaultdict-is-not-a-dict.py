# kind: types of containers
# reason: type-differs
# --- original
def by_first(words):
    """Group words by their first letter."""
    found = {}
    for word in words:
        if word:
            found.setdefault(word[0], []).append(word)
    return found
# --- tests
assert by_first(["ab", "ac"]) == {"a": ["ab", "ac"]}
# --- rewrite
from collections import defaultdict


def by_first(words):
    """Group words by their first letter."""
    found = defaultdict(list)
    for word in words:
        if word:
            found[word[0]].append(word)
    return found
# --- witness
found = by_first([])
try:
    found["a"]
except KeyError:
    pass
assert found == {}
