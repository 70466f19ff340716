# kind: shape of the function
# reason: touches-other-code
# target: cut
# --- original
LIMIT = 10


def cut(text):
    """Return the first letters of a text."""
    return "".join(letter for index, letter in enumerate(text) if index < LIMIT)
# --- tests
assert cut("abc") == "abc"
# --- rewrite
LIMIT = slice(10)


def cut(text):
    """Return the first letters of a text."""
    return text[LIMIT]
# --- witness
assert module.LIMIT == 10
