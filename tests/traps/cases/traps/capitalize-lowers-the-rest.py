# kind: text and Unicode
# reason: result-differs
# --- original
def sentence(text):
    """Begin a text with a capital letter."""
    return text[:1].upper() + text[1:]
# --- tests
assert sentence("some words") == "Some words"
assert sentence("") == ""
# --- rewrite
def sentence(text):
    """Begin a text with a capital letter."""
    return text.capitalize()
# --- witness
assert sentence("the NASA") == "The NASA"
