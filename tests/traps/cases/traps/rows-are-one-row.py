# kind: aliasing
# reason: aliasing-differs
# --- original
def grid(names, columns):
    """Return a row of zeros for each name."""
    return [[0 for _ in columns] for _ in names]
# --- tests
assert grid(["a", "b"], ["x", "y"]) == [[0, 0], [0, 0]]
# --- rewrite
def grid(names, columns):
    """Return a row of zeros for each name."""
    return [[0] * len(columns)] * len(names)
# --- witness
rows = grid(["a", "b"], ["x"])
rows[0][0] = 1
assert rows[1][0] == 0
