# kind: local aliases
# --- original
class _Node:
    def __init__(self, value, after):
        self.value = value
        self.after = after


def reversed_list(values):
    """Return values the other way round."""
    head = None
    for value in values:
        head = _Node(value, head)
    out = []
    while head:
        out.append(head.value)
        head = head.after
    return out
# --- tests
assert reversed_list([1, 2]) == [2, 1]
assert reversed_list([]) == []
# --- rewrite
def reversed_list(values):
    """Return values the other way round."""
    return list(values)[::-1]
