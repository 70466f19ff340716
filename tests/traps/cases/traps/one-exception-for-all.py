# kind: exceptions
# reason: exception-differs, aliasing-differs
# --- original
class Unknown(Exception):
    """Say that a name is unknown."""


def position(names, name):
    """Return the position of a name."""
    for index, other in enumerate(names):
        if other == name:
            return index
    raise Unknown("no such name")
# --- tests
assert position(["a", "b"], "b") == 1
try:
    position([], "x")
except Unknown as error:
    assert str(error) == "no such name"
# --- rewrite
_UNKNOWN = Unknown("no such name")


def position(names, name):
    """Return the position of a name."""
    for index, other in enumerate(names):
        if other == name:
            return index
    raise _UNKNOWN
# --- witness
found = []
for _ in range(2):
    try:
        position([], "x")
    except module.Unknown as error:
        found.append(error)
assert found[0] is not found[1]
