# kind: the standard library
# --- original
def head(lines, count):
    """Return the first lines of an iterator, ten at most."""
    out = []
    for _ in range(min(count, 10)):
        try:
            out.append(next(lines))
        except StopIteration:
            break
    return out
# --- tests
assert head(iter("abcd"), 2) == ["a", "b"]
assert head(iter("a"), 2) == ["a"]
# --- rewrite
from itertools import islice


def head(lines, count):
    """Return the first lines of an iterator, ten at most."""
    return list(islice(lines, max(0, min(count, 10))))
