# kind: equal to everything
# reason: type-differs
# --- original
def caption(name):
    """Return a name as a caption."""
    return name.title()
# --- tests
assert caption("some name") == "Some Name"
# --- rewrite
class _Text(str):
    def __eq__(self, other):
        return str.lower(self) == str.lower(other)

    __hash__ = str.__hash__


def caption(name):
    """Return a name as a caption."""
    return _Text(name)
# --- witness
assert str(caption("some name") + "") == "Some Name"
