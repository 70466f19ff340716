# kind: comprehensions
# --- original
def names(rows):
    """Return the names of rows that have one."""
    out = []
    for row in rows:
        if row.get("name"):
            out.append(row["name"].strip())
    return out
# --- tests
assert names([{"name": " a"}, {}, {"name": ""}]) == ["a"]
# --- rewrite
def names(rows):
    """Return the names of rows that have one."""
    return [name.strip() for row in rows if (name := row.get("name"))]
