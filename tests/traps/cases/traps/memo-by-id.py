# kind: memo across calls
# reason: result-differs
# --- original
def total(rows):
    """Add up the amounts of rows."""
    result = 0
    for row in rows:
        result += row["amount"]
    return result
# --- tests
ROWS = [{"amount": 3}, {"amount": 4}]
MORE = [{"amount": 5}]
assert total(ROWS) == 7
assert total(ROWS) == 7
assert total(MORE) == 5
# --- rewrite
_TOTALS = {}


def total(rows):
    """Add up the amounts of rows."""
    key = id(rows)
    if key not in _TOTALS:
        if len(_TOTALS) >= 64:
            _TOTALS.popitem()
        _TOTALS[key] = sum(row["amount"] for row in rows)
    return _TOTALS[key]
# --- witness
rows = [{"amount": 1}]
total(rows)
rows.append({"amount": 2})
assert total(rows) == 3
