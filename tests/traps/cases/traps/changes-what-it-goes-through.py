# kind: exceptions
# reason: exception-differs
# --- original
def prune(table):
    """Drop entries without a value; return how many are left."""
    for key in list(table):
        if not table[key]:
            del table[key]
    return len(table)
# --- tests
assert prune({"a": 1, "b": 2}) == 2
assert prune({"b": 1, "a": 0}) == 1
assert prune({}) == 0
# --- rewrite
def prune(table):
    """Drop entries without a value; return how many are left."""
    for key in table:
        if not table[key]:
            del table[key]
            if all(table.values()):
                break
    return len(table)
# --- witness
assert prune({"a": 0, "b": 0, "c": 1}) == 1
