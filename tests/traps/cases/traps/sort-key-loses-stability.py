# kind: order and stability
# reason: order-differs, result-differs
# --- original
def by_size(words):
    """Return words from short to long; equal ones stay in order."""
    return sorted(words, key=lambda word: len(word))
# --- tests
assert by_size(["ccc", "a", "bb"]) == ["a", "bb", "ccc"]
assert by_size(["a", "b"]) == ["a", "b"]
# --- rewrite
def by_size(words):
    """Return words from short to long; equal ones stay in order."""
    return [word for _, word in sorted((len(word), word) for word in words)]
# --- witness
assert by_size(["b", "a"]) == ["b", "a"]
