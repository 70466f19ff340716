# kind: exceptions
# reason: exception-differs
# --- original
class BadLine(Exception):
    """A line can't be read."""


def read(line):
    """Return the number in a line."""
    try:
        return int(line)
    except ValueError as error:
        raise BadLine(line) from error
# --- tests
assert read("1") == 1
try:
    read("x")
except BadLine:
    pass
# --- rewrite
def read(line):
    """Return the number in a line."""
    try:
        return int(line)
    except ValueError:
        raise BadLine(line) from None
# --- witness
try:
    read("x")
except module.BadLine as error:
    assert isinstance(error.__cause__, ValueError)
