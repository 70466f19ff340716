# kind: comprehensions
# --- original
def transposed(rows):
    """Swap rows and columns of rows that are equally long."""
    out = []
    if not rows:
        return out
    for column in range(len(rows[0])):
        line = []
        for row in rows:
            line.append(row[column])
        out.append(line)
    return out
# --- tests
assert transposed([[1, 2], [3, 4]]) == [[1, 3], [2, 4]]
assert transposed([]) == []
# --- rewrite
def transposed(rows):
    """Swap rows and columns of rows that are equally long."""
    if not rows:
        return []
    return [[row[column] for row in rows] for column in range(len(rows[0]))]
