# kind: generators inside
# --- original
def fields(lines, sep):
    """Yield the fields of each line."""
    for line in lines:
        parts = []
        for part in line.split(sep):
            parts.append(part.strip())
        yield parts
# --- tests
assert list(fields(["a, b", "c"], ",")) == [["a", "b"], ["c"]]
assert list(fields([], ",")) == []
# --- rewrite
def fields(lines, sep):
    """Yield the fields of each line."""
    strip = str.strip
    for line in lines:
        yield [strip(part) for part in line.split(sep)]
