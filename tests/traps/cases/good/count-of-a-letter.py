# kind: texts
# --- original
def lines(text):
    """Count the ends of lines."""
    result = 0
    for letter in text:
        if letter == "\n":
            result += 1
    return result
# --- tests
assert lines("a\nb\n") == 2
assert lines("") == 0
# --- rewrite
def lines(text):
    """Count the ends of lines."""
    return text.count("\n")
