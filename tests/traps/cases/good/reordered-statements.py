# kind: order that is not seen
# edges: another message for values that cannot be added up
# --- original
def summary(values):
    """Return the number, the sum and the largest of values."""
    count = 0
    for _ in values:
        count += 1
    total = 0
    for value in values:
        total += value
    largest = None
    for value in values:
        if largest is None or value > largest:
            largest = value
    return {"count": count, "total": total, "largest": largest}
# --- tests
assert summary([1, 5, 2]) == {"count": 3, "total": 8, "largest": 5}
assert summary([])["largest"] is None
# --- rewrite
def summary(values):
    """Return the number, the sum and the largest of values."""
    largest = max(values) if values else None
    total = sum(values)
    return {"count": len(values), "total": total, "largest": largest}
