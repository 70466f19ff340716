# kind: mutation of arguments
# reason: mutation-differs
# --- original
def drain(queue):
    """Take everything out of a queue and return it."""
    out = []
    while queue:
        out.append(queue.pop(0))
    return out
# --- tests
assert drain([1, 2, 3]) == [1, 2, 3]
# --- rewrite
def drain(queue):
    """Take everything out of a queue and return it."""
    return queue[:]
# --- witness
queue = [1]
drain(queue)
assert queue == []
