# kind: exceptions
# reason: exception-differs, result-differs
# --- original
def head(values, count):
    """Return the first values in upper case."""
    out = []
    for value in values:
        if len(out) >= count:
            break
        out.append(value.upper())
    return out
# --- tests
assert head(["a", "b"], 1) == ["A"]
assert head([], 3) == []
# --- rewrite
from itertools import islice


def head(values, count):
    """Return the first values in upper case."""
    return [value.upper() for value in islice(values, count)]
# --- witness
assert head(["a"], -1) == []
