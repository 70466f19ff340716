# kind: dictionaries
# --- original
def by_length(words):
    """Group words by length."""
    found = {}
    for word in words:
        if len(word) not in found.keys():
            found[len(word)] = []
        found[len(word)].append(word)
    return found
# --- tests
assert by_length(["a", "b", "cc"]) == {1: ["a", "b"], 2: ["cc"]}
assert by_length([]) == {}
# --- rewrite
def by_length(words):
    """Group words by length."""
    found = {}
    for word in words:
        found.setdefault(len(word), []).append(word)
    return found
