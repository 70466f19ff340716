# kind: rare inputs
# reason: result-differs
# --- original
def clipped(text, count):
    """Return a text without its last letters."""
    return text[: max(0, len(text) - count)]
# --- tests
assert clipped("abc", 1) == "ab"
assert clipped("ab", 5) == ""
# --- rewrite
def clipped(text, count):
    """Return a text without its last letters."""
    return text[:-count] if count < len(text) else ""
# --- witness
assert clipped("abc", 0) == "abc"
