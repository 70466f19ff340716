# kind: lost laziness
# reason: exception-differs, result-differs
# target: chunks
# --- original
class Skipped(Exception):
    """Say that a chunk is not wanted."""


def chunks(items, size):
    """Yield lists of ``size`` items; one that is skipped leaves an empty list."""
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            try:
                yield batch
            except Skipped:
                yield []
            batch = []
    if batch:
        yield batch
# --- tests
assert list(chunks([1, 2, 3], 2)) == [[1, 2], [3]]
assert list(chunks([], 2)) == []
# --- rewrite
def chunks(items, size):
    """Yield lists of ``size`` items; one that is skipped leaves an empty list."""
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
# --- witness
made = module.chunks([1, 2], 2)
next(made)
assert made.throw(module.Skipped()) == []
