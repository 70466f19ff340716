# kind: exceptions
# reason: exception-differs
# --- original
def is_comment(line):
    """Tell whether a line is a comment; lines are never empty."""
    return line[0] == "#"
# --- tests
assert is_comment("# a")
assert not is_comment("a")
# --- rewrite
def is_comment(line):
    """Tell whether a line is a comment; lines are never empty."""
    return line.startswith("#")
# --- witness
try:
    is_comment("")
except IndexError:
    pass
else:
    raise AssertionError
