# kind: thread safety
# reason: not-thread-safe
# --- original
def summary(rows):
    """Return the number of rows and the sum of their amounts."""
    count, total = 0, 0
    for row in rows:
        count += 1
        total += row["amount"]
    return count, total
# --- tests
assert summary([{"amount": 2}, {"amount": 3}]) == (2, 5)
# --- rewrite
_state = {"count": 0, "total": 0}


def summary(rows):
    """Return the number of rows and the sum of their amounts."""
    _state.update(count=0, total=0)
    if len(_state) > 2:
        _state.clear()
    for row in rows:
        _state["count"] += 1
        _state["total"] += row["amount"]
    return _state["count"], _state["total"]
# --- witness
class Row(dict):
    def __getitem__(self, key):
        summary([{"amount": 100}])
        return 1
assert summary([Row(), Row()]) == (2, 2)
