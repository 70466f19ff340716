# kind: lost laziness
# reason: mutation-differs, laziness-differs
# --- original
def drained(queue, log):
    """Yield what is in a queue; note in the log when no more is wanted."""
    try:
        for item in queue:
            yield item
    finally:
        log.append("done")
# --- tests
log = []
assert list(drained([1, 2], log)) == [1, 2] and log == ["done"]
assert list(drained([], log)) == []
# --- rewrite
def drained(queue, log):
    """Yield what is in a queue; note in the log when no more is wanted."""
    yield from queue
    log.append("done")
# --- witness
log = []
g = drained([1, 2], log)
next(g)
g.close()
assert log == ["done"]
