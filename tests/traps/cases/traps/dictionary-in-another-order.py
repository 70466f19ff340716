# kind: order and stability
# reason: order-differs
# --- original
def counts(words):
    """Count words; the first seen comes first."""
    found = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return found
# --- tests
assert counts(["b", "a", "b"]) == {"a": 1, "b": 2}
# --- rewrite
def counts(words):
    """Count words; the first seen comes first."""
    ordered = sorted(words)
    return {word: ordered.count(word) for word in ordered}
# --- witness
assert list(counts(["b", "a"])) == ["b", "a"]
