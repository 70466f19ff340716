# kind: types of containers
# reason: type-differs
# --- original
def ends(items):
    """Return the first and the last item as a list."""
    return [items[0], items[-1]] if items else []
# --- tests
first, last = ends([1, 2, 3])
assert (first, last) == (1, 3)
assert len(ends([])) == 0
# --- rewrite
def ends(items):
    """Return the first and the last item as a list."""
    return (items[0], items[-1]) if items else ()
# --- witness
ends([1]).append(2)
