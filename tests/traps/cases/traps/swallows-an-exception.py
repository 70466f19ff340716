# kind: exceptions
# reason: exception-differs
# --- original
def parsed(words):
    """Return the numbers that words are; raise ValueError for others."""
    found = []
    for word in words:
        found.append(int(word))
    return found
# --- tests
assert parsed(["1", "2"]) == [1, 2]
try:
    parsed(["x"])
except ValueError:
    pass
# --- rewrite
def parsed(words):
    """Return the numbers that words are; raise ValueError for others."""
    return [int(word) for word in words if word.isdigit()]
# --- witness
try:
    parsed(["x"])
except ValueError:
    pass
else:
    raise AssertionError
