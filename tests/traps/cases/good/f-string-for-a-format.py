# kind: texts
# --- original
def tag(name, text):
    """Write an element."""
    return "<{0}>{1}</{0}>".format(name, text)
# --- tests
assert tag("b", "x") == "<b>x</b>"
assert tag("i", "") == "<i></i>"
# --- rewrite
def tag(name, text):
    """Write an element."""
    return f"<{name}>{text}</{name}>"
