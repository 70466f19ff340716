# kind: order that is not seen
# edges: fields that can not be hashed
# --- original
def first_of_each(rows):
    """Return the first row of each group."""
    seen, out = [], []
    for row in rows:
        if row["group"] not in seen:
            seen.append(row["group"])
            out.append(row)
    return out
# --- tests
rows = [{"group": "a", "tags": ["x"]}, {"group": "b", "tags": []}, {"group": "a", "tags": ["y", "z"]}]
assert first_of_each(rows) == rows[:2]
assert first_of_each([]) == []
# --- rewrite
def first_of_each(rows):
    """Return the first row of each group."""
    seen, out = set(), []
    for row in rows:
        group = row["group"]
        if group not in seen:
            seen.add(group)
            out.append(row)
    return out
