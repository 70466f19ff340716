# kind: shape of the function
# reason: touches-locked-file
# --- original
def floor(value):
    """Round down.

    >>> floor(2.5)
    2
    >>> floor(-2.5)
    -3
    """
    return int(value // 1)
# --- tests
assert floor(2.5) == 2
# --- rewrite
def floor(value):
    """Round down.

    >>> floor(2.5)
    2
    >>> floor(-2.5)
    -2
    """
    return int(value)
# --- witness
assert floor(-2.5) == -3
