# kind: generators inside
# --- original
def flattened(rows):
    """Yield all cells of all rows."""
    for row in rows:
        for cell in row:
            yield cell
# --- tests
assert list(flattened([[1, 2], [3]])) == [1, 2, 3]
assert list(flattened([])) == []
# --- rewrite
def flattened(rows):
    """Yield all cells of all rows."""
    for row in rows:
        yield from row
