# kind: sorting
# --- original
def ranks(values):
    """Return the rank of each value among the distinct ones."""
    return [sorted(set(values)).index(value) for value in values]
# --- tests
assert ranks([30, 10, 30]) == [1, 0, 1]
assert ranks([]) == []
# --- rewrite
def ranks(values):
    """Return the rank of each value among the distinct ones."""
    rank = {value: number for number, value in enumerate(sorted(set(values)))}
    return [rank[value] for value in values]
