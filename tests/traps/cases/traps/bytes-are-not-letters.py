# kind: text and Unicode
# reason: result-differs
# --- original
def width(texts):
    """Return the length of the longest text."""
    longest = 0
    for text in texts:
        if len(text) > longest:
            longest = len(text)
    return longest
# --- tests
assert width(["a", "bcd"]) == 3
assert width([]) == 0
# --- rewrite
def width(texts):
    """Return the length of the longest text."""
    return max((len(text.encode()) for text in texts), default=0)
# --- witness
assert width(["é"]) == 1
