# kind: lost laziness
# reason: exception-differs
# --- original
def pairs(values):
    """Yield values two by two, and the last one alone."""
    held = []
    for value in values:
        held.append(value)
        if len(held) == 2:
            yield tuple(held)
            held = []
    if held:
        yield tuple(held)
# --- tests
assert list(pairs([1, 2, 3, 4])) == [(1, 2), (3, 4)]
assert list(pairs([])) == []
# --- rewrite
def pairs(values):
    """Yield values two by two, and the last one alone."""
    values = iter(values)
    for value in values:
        yield (value, next(values))
# --- witness
assert list(pairs([1, 2, 3])) == [(1, 2), (3,)]
