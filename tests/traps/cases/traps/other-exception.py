# kind: exceptions
# reason: exception-differs
# --- original
class Unknown(LookupError):
    """There is no such colour."""


COLOURS = ("red", "green")


def number_of(colour):
    """Return the number of a colour."""
    for index, name in enumerate(COLOURS):
        if name == colour:
            return index
    raise Unknown(colour)
# --- tests
assert number_of("green") == 1
try:
    number_of("blue")
except (LookupError, ValueError):
    pass
# --- rewrite
def number_of(colour):
    """Return the number of a colour."""
    return COLOURS.index(colour)
# --- witness
try:
    number_of("blue")
except module.Unknown:
    pass
