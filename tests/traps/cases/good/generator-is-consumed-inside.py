# kind: generators inside
# --- original
def total_length(words):
    """Add up the lengths of words."""
    lengths = []
    for word in words:
        lengths.append(len(word))
    return sum(lengths)
# --- tests
assert total_length(["ab", "c"]) == 3
assert total_length([]) == 0
# --- rewrite
def total_length(words):
    """Add up the lengths of words."""
    return sum(len(word) for word in words)
