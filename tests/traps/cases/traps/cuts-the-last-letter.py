# kind: text and Unicode
# reason: result-differs
# --- original
def lengths(lines):
    """Return how long lines are, without their ends."""
    return [len(line.rstrip("\n")) for line in lines]
# --- tests
assert lengths(["ab\n", "c\n"]) == [2, 1]
assert lengths([]) == []
# --- rewrite
def lengths(lines):
    """Return how long lines are, without their ends."""
    return [len(line) - 1 for line in lines]
# --- witness
assert lengths(["ab"]) == [2]
