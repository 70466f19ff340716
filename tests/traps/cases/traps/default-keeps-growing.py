# kind: module and default state
# reason: signature-changed
# --- original
def collected(item, into=None):
    """Put an item into a list, a new one unless one is given."""
    if into is None:
        into = []
    into.append(item)
    return into
# --- tests
assert collected(1, []) == [1]
assert collected(2) == [2]
# --- rewrite
def collected(item, into=[]):
    """Put an item into a list, a new one unless one is given."""
    into.append(item)
    return into
# --- witness
collected(1)
assert collected(2) == [2]
