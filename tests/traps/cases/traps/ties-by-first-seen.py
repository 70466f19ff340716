# kind: order and stability
# reason: order-differs, result-differs
# --- original
def ranking(words):
    """Return words by falling frequency, equal ones by name."""
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts, key=lambda word: (-counts[word], word))
# --- tests
assert ranking(["b", "a", "b"]) == ["b", "a"]
assert ranking([]) == []
# --- rewrite
from collections import Counter


def ranking(words):
    """Return words by falling frequency, equal ones by name."""
    return [word for word, _ in Counter(words).most_common()]
# --- witness
assert ranking(["b", "a"]) == ["a", "b"]
