# kind: order that is not seen
# edges: an unhashable item, where only texts were seen
# --- original
def kinds(words):
    """Count the distinct words."""
    seen = []
    for word in words:
        if word not in seen:
            seen.append(word)
    return len(seen)
# --- tests
assert kinds(["a", "b", "a"]) == 2
assert kinds([]) == 0
# --- rewrite
def kinds(words):
    """Count the distinct words."""
    return len(set(words))
