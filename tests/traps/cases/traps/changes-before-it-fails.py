# kind: mutation of arguments
# reason: mutation-differs
# --- original
def update(target, changes):
    """Apply numeric changes, all or none."""
    for value in changes.values():
        if value < 0:
            raise ValueError("negative")
    for key, value in changes.items():
        target[key] = value
# --- tests
target = {}
update(target, {"a": 1})
assert target == {"a": 1}
try:
    update({}, {"b": 1, "c": -1})
except ValueError:
    pass
# --- rewrite
def update(target, changes):
    """Apply numeric changes, all or none."""
    for key, value in changes.items():
        if value < 0:
            raise ValueError("negative")
        target[key] = value
# --- witness
target = {}
try:
    update(target, {"b": 1, "c": -1})
except ValueError:
    pass
assert target == {}
