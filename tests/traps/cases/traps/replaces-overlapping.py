# kind: text and Unicode
# reason: result-differs
# --- original
def squeezed(text):
    """Make every run of blanks one blank."""
    while "  " in text:
        text = text.replace("  ", " ")
    return text
# --- tests
assert squeezed("a  b") == "a b"
assert squeezed("a b") == "a b"
# --- rewrite
def squeezed(text):
    """Make every run of blanks one blank."""
    return text.replace("  ", " ")
# --- witness
assert squeezed("a     b") == "a b"
