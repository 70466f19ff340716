# kind: text and Unicode
# reason: result-differs
# --- original
def number(text):
    """Return the number that a text is, or -1."""
    value = 0
    for letter in text or "-":
        if not "0" <= letter <= "9":
            return -1
        value = value * 10 + int(letter)
    return value
# --- tests
assert number("12") == 12
assert number("x") == -1
assert number("") == -1
# --- rewrite
def number(text):
    """Return the number that a text is, or -1."""
    try:
        value = int(text)
    except ValueError:
        return -1
    return value if value >= 0 and text[:1] not in "+-" else -1
# --- witness
assert number(" 12") == -1
