# kind: work hoisted
# --- original
def weight(word):
    """Add up the values of letters."""
    values = {"a": 1, "b": 3, "c": 3}
    result = 0
    for letter in word:
        result += values.get(letter, 0)
    return result
# --- tests
assert weight("abc") == 7
assert weight("") == 0
# --- rewrite
_VALUES = {"a": 1, "b": 3, "c": 3}


def weight(word):
    """Add up the values of letters."""
    value_of = _VALUES.get
    return sum([value_of(letter, 0) for letter in word])
