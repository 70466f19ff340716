# kind: comprehensions
# --- original
def index(rows):
    """Return rows by name; the last one of a name wins."""
    found = {}
    for row in rows:
        found[row["name"]] = row
    return found
# --- tests
assert index([{"name": "a"}]) == {"a": {"name": "a"}}
assert index([]) == {}
# --- rewrite
def index(rows):
    """Return rows by name; the last one of a name wins."""
    return {row["name"]: row for row in rows}
