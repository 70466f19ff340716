# kind: rare inputs
# reason: result-differs
# --- original
def lookup(rows, key):
    """Return the values of a key, of those rows that have it."""
    out = []
    for row in rows:
        if key in row.keys():
            out.append(row[key])
    return out
# --- tests
assert lookup([{"a": 1}, {"b": 2}], "a") == [1]
assert lookup([{"a": None, "b": 1}], "b") == [1]
# --- rewrite
def lookup(rows, key):
    """Return the values of a key, of those rows that have it."""
    return [value for row in rows if (value := row.get(key)) is not None]
# --- witness
assert lookup([{"a": None}], "a") == [None]
