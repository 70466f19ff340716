# kind: exceptions
# reason: exception-differs
# --- original
def find(items, name):
    """Return the item of a name; raise LookupError if there is none."""
    for item in items:
        if item["name"] == name:
            return item
    raise LookupError(name)
# --- tests
assert find([{"name": "a"}], "a") == {"name": "a"}
# --- rewrite
def find(items, name):
    """Return the item of a name; raise LookupError if there is none."""
    return {item["name"]: item for item in reversed(items)}.get(name)
# --- witness
try:
    find([], "a")
except LookupError:
    pass
else:
    raise AssertionError
