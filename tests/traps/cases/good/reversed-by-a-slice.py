# kind: texts
# --- original
def mirrored(text):
    """Return a text from back to front."""
    out = ""
    for letter in text:
        out = letter + out
    return out
# --- tests
assert mirrored("abc") == "cba"
assert mirrored("") == ""
# --- rewrite
def mirrored(text):
    """Return a text from back to front."""
    return text[::-1]
