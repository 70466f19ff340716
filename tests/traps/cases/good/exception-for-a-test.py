# kind: exceptions
# --- original
def number(text):
    """Return the number that a text is; raise ValueError with the text."""
    if text == "":
        raise ValueError("no number: " + text)
    for letter in text:
        if letter not in "0123456789":
            raise ValueError("no number: " + text)
    return int(text)
# --- tests
assert number("12") == 12
try:
    number("x")
except ValueError as error:
    assert str(error) == "no number: x"
# --- rewrite
_DIGITS = frozenset("0123456789")


def number(text):
    """Return the number that a text is; raise ValueError with the text."""
    if not text or not _DIGITS.issuperset(text):
        raise ValueError("no number: " + text)
    return int(text)
