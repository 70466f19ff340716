# kind: types of containers
# reason: type-differs
# --- original
def letters(text):
    """Return the letters of a text as a set."""
    found = set()
    for letter in text:
        found.add(letter)
    return found
# --- tests
assert letters("aba") == {"a", "b"}
# --- rewrite
def letters(text):
    """Return the letters of a text as a set."""
    return frozenset(text)
# --- witness
letters("a").add("b")
