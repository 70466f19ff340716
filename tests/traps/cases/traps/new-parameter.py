# kind: shape of the function
# reason: signature-changed
# --- original
def found(items, wanted):
    """Return the place of an item, or -1."""
    for index, item in enumerate(items):
        if item == wanted:
            return index
    return -1
# --- tests
assert found([1, 2], 2) == 1
# --- rewrite
def found(items, wanted, start=0):
    """Return the place of an item, or -1."""
    try:
        return items.index(wanted, start)
    except ValueError:
        return -1
# --- witness
import inspect
assert len(inspect.signature(found).parameters) == 2
