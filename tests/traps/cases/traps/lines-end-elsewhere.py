# kind: text and Unicode
# reason: result-differs
# --- original
def rows(text):
    """Return the lines of a text."""
    found, line = [], ""
    for letter in text:
        if letter == "\n":
            found.append(line)
            line = ""
        else:
            line += letter
    return found + [line]
# --- tests
assert rows("a\nb") == ["a", "b"]
# --- rewrite
def rows(text):
    """Return the lines of a text."""
    return text.splitlines()
# --- witness
assert rows("a\n") == ["a", ""]
assert rows("a\x0cb") == ["a\x0cb"]
