# kind: rare inputs
# reason: result-differs
# --- original
def agreed(votes):
    """Tell whether there are votes and all of them are for it."""
    if not votes:
        return False
    for vote in votes:
        if not vote:
            return False
    return True
# --- tests
assert agreed([True, True])
assert not agreed([True, False])
# --- rewrite
def agreed(votes):
    """Tell whether there are votes and all of them are for it."""
    return all(votes)
# --- witness
assert agreed([]) is False
