# kind: equality and hashing
# reason: exception-differs, result-differs
# --- original
def distinct(rows):
    """Return distinct rows, which may be lists."""
    out = []
    for row in rows:
        if row not in out:
            out.append(row)
    return out
# --- tests
assert distinct([(1,), (1,)]) == [(1,)]
assert distinct([[1], [2]]) == [[1], [2]]
# --- rewrite
def distinct(rows):
    """Return distinct rows, which may be lists."""
    if rows and isinstance(rows[0], list):
        found = {}
        for row in rows:
            found.setdefault(tuple(row), row)
        return list(found.values())
    return list(dict.fromkeys(rows))
# --- witness
assert distinct([(1,), [1]]) == [(1,), [1]]
