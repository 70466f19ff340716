# kind: shape of the function
# reason: signature-changed
# --- original
def repeated(text, times):
    """Repeat a text."""
    result = ""
    for _ in range(times):
        result += text
    return result
# --- tests
assert repeated("ab", 2) == "abab"
# --- rewrite
def repeated(text, times, /):
    """Repeat a text."""
    return text * times
# --- witness
assert repeated(text="a", times=2) == "aa"
