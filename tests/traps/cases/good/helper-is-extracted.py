# kind: helpers
# --- original
def table(rows):
    """Write rows as lines of cells."""
    out = []
    for row in rows:
        line = ""
        for cell in row:
            line += (" | " if line else "") + str(cell)
        out.append(line)
    return out
# --- tests
assert table([[1, "a"], [2]]) == ["1 | a", "2"]
assert table([]) == []
# --- rewrite
def _line(row):
    line = ""
    for cell in row:
        text = str(cell)
        line = f"{line} | {text}" if line else text
    return line


def table(rows):
    """Write rows as lines of cells."""
    return [_line(row) for row in rows]
