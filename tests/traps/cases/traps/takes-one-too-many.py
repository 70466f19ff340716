# kind: lost laziness
# reason: mutation-differs, laziness-differs
# --- original
def head(lines, count):
    """Return the first lines of an iterator, and leave the rest."""
    out = []
    while len(out) < count:
        try:
            out.append(next(lines))
        except StopIteration:
            break
    return out
# --- tests
assert head(iter("abcd"), 2) == ["a", "b"]
assert head(iter("a"), 2) == ["a"]
# --- rewrite
def head(lines, count):
    """Return the first lines of an iterator, and leave the rest."""
    return [line for line, _ in zip(lines, range(count))]
# --- witness
lines = iter("abcd")
head(lines, 2)
assert next(lines) == "c"
