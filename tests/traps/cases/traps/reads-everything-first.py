# kind: lost laziness
# reason: laziness-differs, mutation-differs
# --- original
def numbers(lines):
    """Yield the numbers in lines."""
    for line in lines:
        yield int(line)
# --- tests
assert list(numbers(["1", "2"])) == [1, 2]
# --- rewrite
def numbers(lines):
    """Yield the numbers in lines."""
    found = [int(line) for line in lines]
    yield from found
# --- witness
lines = iter(["1", "2", "x"])
assert next(numbers(lines)) == 1
