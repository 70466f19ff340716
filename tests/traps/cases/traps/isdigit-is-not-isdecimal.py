# kind: text and Unicode
# reason: exception-differs, result-differs
# --- original
def to_number(text):
    """Return the number that a text is, or None."""
    number = 0
    if not text:
        return None
    for letter in text:
        if letter not in "0123456789":
            return None
        number = number * 10 + ord(letter) - 48
    return number
# --- tests
assert to_number("12") == 12
assert to_number("x") is None
assert to_number("") is None
# --- rewrite
def to_number(text):
    """Return the number that a text is, or None."""
    return int(text) if text.isdigit() else None
# --- witness
assert to_number("²") is None
