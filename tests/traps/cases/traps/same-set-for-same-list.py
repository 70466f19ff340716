# kind: equality and hashing
# reason: result-differs
# --- original
def same_parts(a, b):
    """Tell whether two lists have the same parts, in any order."""
    rest = list(b)
    for part in a:
        if part not in rest:
            return False
        rest.remove(part)
    return not rest
# --- tests
assert same_parts([1, 2], [2, 1])
assert not same_parts([1, 2], [1, 3])
# --- rewrite
def same_parts(a, b):
    """Tell whether two lists have the same parts, in any order."""
    return len(a) == len(b) and set(a) == set(b)
# --- witness
assert not same_parts([1, 1, 2], [1, 2, 2])
