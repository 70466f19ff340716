# kind: lost laziness
# reason: result-differs, laziness-differs
# --- original
def numbers(start, step):
    """Yield five numbers; a number that is sent is the next step."""
    for _ in range(5):
        got = yield start
        if got is not None:
            step = got
        start += step
# --- tests
assert list(numbers(0, 2)) == [0, 2, 4, 6, 8]
assert list(numbers(1, 1)) == [1, 2, 3, 4, 5]
# --- rewrite
def numbers(start, step):
    """Yield five numbers; a number that is sent is the next step."""
    for index in range(5):
        yield start + index * step
# --- witness
g = numbers(0, 1)
next(g)
assert g.send(10) == 10
