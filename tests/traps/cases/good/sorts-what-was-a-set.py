# kind: order that is not seen
# edges: another message for tags that cannot be compared
# --- original
def tags(entries):
    """Return the sorted distinct tags."""
    out = []
    for entry in entries:
        for tag in entry:
            if tag not in out:
                out.append(tag)
    return sorted(out)
# --- tests
assert tags([["b", "a"], ["b"]]) == ["a", "b"]
assert tags([]) == []
# --- rewrite
def tags(entries):
    """Return the sorted distinct tags."""
    return sorted({tag for entry in entries for tag in entry})
