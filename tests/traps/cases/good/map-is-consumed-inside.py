# kind: generators inside
# --- original
def parsed(lines):
    """Return the numbers in lines."""
    out = []
    for line in lines:
        out.append(int(line))
    return out
# --- tests
assert parsed(["1", "2"]) == [1, 2]
assert parsed([]) == []
# --- rewrite
def parsed(lines):
    """Return the numbers in lines."""
    return list(map(int, lines))
