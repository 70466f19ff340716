# kind: loops
# --- original
def numbered(lines):
    """Write numbers before lines."""
    out = []
    for index in range(len(lines)):
        out.append("%d: %s" % (index + 1, lines[index]))
    return out
# --- tests
assert numbered(["a", "b"]) == ["1: a", "2: b"]
assert numbered([]) == []
# --- rewrite
def numbered(lines):
    """Write numbers before lines."""
    return [f"{number}: {line}" for number, line in enumerate(lines, 1)]
