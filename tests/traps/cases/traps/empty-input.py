# kind: rare inputs
# reason: exception-differs
# --- original
def longest(words):
    """Return the longest word, or an empty text."""
    best = ""
    for word in words:
        if len(word) > len(best):
            best = word
    return best
# --- tests
assert longest(["a", "bcd"]) == "bcd"
# --- rewrite
def longest(words):
    """Return the longest word, or an empty text."""
    return max(words, key=len)
# --- witness
assert longest([]) == ""
