# kind: text and Unicode
# reason: result-differs
# --- original
def is_blank(line):
    """Tell whether a line has no text."""
    return line.strip() == ""
# --- tests
assert is_blank("  \n")
assert not is_blank("a")
# --- rewrite
def is_blank(line):
    """Tell whether a line has no text."""
    return line.isspace()
# --- witness
assert is_blank("")
