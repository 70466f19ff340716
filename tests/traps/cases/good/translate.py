# kind: texts
# --- original
def spoken(text):
    """Replace dashes and underscores by blanks and drop points."""
    out = ""
    for letter in text:
        if letter in "-_":
            out += " "
        elif letter != ".":
            out += letter
    return out
# --- tests
assert spoken("a-b_c.d") == "a b cd"
assert spoken("") == ""
# --- rewrite
_SPOKEN = str.maketrans("-_", "  ", ".")


def spoken(text):
    """Replace dashes and underscores by blanks and drop points."""
    return text.translate(_SPOKEN)
