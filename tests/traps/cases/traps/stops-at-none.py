# kind: rare inputs
# reason: result-differs
# --- original
def lines_of(source):
    """Return all lines up to the end of the source."""
    out = []
    for line in source:
        out.append(line)
    return out
# --- tests
assert lines_of(["a", "b"]) == ["a", "b"]
assert lines_of([]) == []
# --- rewrite
def lines_of(source):
    """Return all lines up to the end of the source."""
    return list(iter(iter([*source, ""]).__next__, ""))
# --- witness
assert lines_of(["a", "", "b"]) == ["a", "", "b"]
