# kind: exceptions
# reason: exception-differs
# --- original
def has_admin(users):
    """Tell whether an administrator is among users; all must have a name."""
    found = False
    for user in users:
        if not user["name"]:
            raise ValueError("a user without a name")
        if user["admin"]:
            found = True
    return found
# --- tests
assert has_admin([{"name": "a", "admin": True}])
assert not has_admin([{"name": "b", "admin": False}])
assert not has_admin([])
# --- rewrite
def has_admin(users):
    """Tell whether an administrator is among users; all must have a name."""
    for user in users:
        if not user["name"]:
            raise ValueError("a user without a name")
        if user["admin"]:
            return True
    return False
# --- witness
try:
    has_admin([{"name": "a", "admin": True}, {"name": "", "admin": False}])
except ValueError:
    pass
else:
    raise AssertionError
