# kind: order that is not seen
# --- original
def letters(words):
    """Return all letters of all words, as a set."""
    found = set()
    for word in words:
        for letter in word:
            found.add(letter)
    return found
# --- tests
assert letters(["ab", "bc"]) == {"a", "b", "c"}
assert letters([]) == set()
# --- rewrite
def letters(words):
    """Return all letters of all words, as a set."""
    return set().union(*words)
