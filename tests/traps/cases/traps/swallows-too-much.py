# kind: exceptions
# reason: exception-differs
# --- original
def total(rows, key):
    """Add up a column; rows without it count nothing."""
    result = 0
    for row in rows:
        if key in row:
            if row[key] is None:
                raise ValueError("empty cell")
            result += row[key]
    return result
# --- tests
assert total([{"a": 1}, {}], "a") == 1
try:
    assert total([{"a": None}], "a") == 0
except ValueError:
    pass
# --- rewrite
def total(rows, key):
    """Add up a column; rows without it count nothing."""
    result = 0
    for row in rows:
        try:
            result += row[key]
        except (KeyError, TypeError):
            pass
    return result
# --- witness
try:
    total([{"a": None}], "a")
except ValueError:
    pass
else:
    raise AssertionError
