# kind: lost laziness
# reason: result-differs, type-differs
# --- original
def longer(words, size):
    """Yield words that are longer; return how many there were."""
    count = 0
    for word in words:
        if len(word) > size:
            count += 1
            yield word
    return count
# --- tests
assert list(longer(["a", "abc"], 2)) == ["abc"]
assert list(longer([], 2)) == []
# --- rewrite
def longer(words, size):
    """Yield words that are longer; return how many there were."""
    yield from (word for word in words if len(word) > size)
# --- witness
def count():
    return (yield from longer(["a", "abc"], 0))
g = count()
try:
    while True:
        next(g)
except StopIteration as stop:
    assert stop.value == 2
