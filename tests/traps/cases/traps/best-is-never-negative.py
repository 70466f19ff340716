# kind: rare inputs
# reason: result-differs
# --- original
def best(scores):
    """Return the best score, 0 at least."""
    result = 0
    for score in scores:
        if score > result:
            result = score
    return result
# --- tests
assert best([3, 5, 4]) == 5
assert best([]) == 0
# --- rewrite
def best(scores):
    """Return the best score, 0 at least."""
    return max(scores, default=0)
# --- witness
assert best([-3]) == 0
