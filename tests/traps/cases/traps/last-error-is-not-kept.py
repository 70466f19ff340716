# kind: module and default state
# reason: global-state-differs
# --- original
LAST = [None]


def number(text):
    """Return the number that a text is, or 0; remember what was none."""
    try:
        return int(text)
    except ValueError:
        LAST[0] = text
        return 0
# --- tests
assert number("3") == 3
assert number("x") == 0
# --- rewrite
def number(text):
    """Return the number that a text is, or 0; remember what was none."""
    try:
        return int(text)
    except ValueError:
        return 0
# --- witness
number("x")
assert LAST == ["x"]
