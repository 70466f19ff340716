# kind: rare inputs
# reason: result-differs, mutation-differs
# --- original
def squeeze(values):
    """Drop zeros from a list in place; return how many there were."""
    count = values.count(0)
    values[:] = [value for value in values if value != 0]
    return count
# --- tests
values = [1, 0, 2]
assert squeeze(values) == 1 and values == [1, 2]
assert squeeze([]) == 0
# --- rewrite
def squeeze(values):
    """Drop zeros from a list in place; return how many there were."""
    count = 0
    for index, value in enumerate(values):
        if value == 0:
            del values[index]
            count += 1
    return count
# --- witness
values = [0, 0]
assert squeeze(values) == 2
