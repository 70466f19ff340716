# kind: mutation of arguments
# reason: mutation-differs
# --- original
def ranked(scores):
    """Return the scores from high to low."""
    return sorted(scores, reverse=True)
# --- tests
assert ranked([1, 3, 2]) == [3, 2, 1]
# --- rewrite
def ranked(scores):
    """Return the scores from high to low."""
    scores.sort(reverse=True)
    return scores[:]
# --- witness
scores = [1, 2]
ranked(scores)
assert scores == [1, 2]
