# kind: text and Unicode
# reason: result-differs
# --- original
def key(text):
    """Return the key of a text."""
    return "".join(letter.lower() for letter in text)
# --- tests
assert key("AbC") == "abc"
assert key("") == ""
# --- rewrite
def key(text):
    """Return the key of a text."""
    return text.casefold()
# --- witness
assert key("Straße") == "straße"
