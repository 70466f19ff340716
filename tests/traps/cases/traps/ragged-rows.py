# kind: rare inputs
# reason: exception-differs
# --- original
def columns(rows):
    """Turn rows into columns; each row must be as long as the first."""
    return [[row[i] for row in rows] for i in range(len(rows[0]))] if rows else []
# --- tests
assert columns([[1, 2], [3, 4]]) == [[1, 3], [2, 4]]
assert columns([]) == []
# --- rewrite
def columns(rows):
    """Turn rows into columns; each row must be as long as the first."""
    return [list(column) for column in zip(*rows)]
# --- witness
try:
    columns([[1, 2], [3]])
except IndexError:
    pass
else:
    raise AssertionError
