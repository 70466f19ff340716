# kind: generators inside
# --- original
def mentions(lines, word):
    """Tell whether any line has a word."""
    for line in lines:
        if word in line:
            return True
    return False
# --- tests
assert mentions(["a b", "c"], "b")
assert not mentions([], "b")
# --- rewrite
def mentions(lines, word):
    """Tell whether any line has a word."""
    return any(word in line for line in lines)
