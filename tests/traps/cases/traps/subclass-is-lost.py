# kind: types of containers
# reason: type-differs
# --- original
class Path(str):
    """Be a path."""


def cleaned(paths):
    """Return paths, those without a name left out."""
    return [path for path in paths if len(path) > 0]
# --- tests
assert cleaned([Path("a"), Path("")]) == ["a"]
assert cleaned([]) == []
# --- rewrite
def cleaned(paths):
    """Return paths, those without a name left out."""
    return [part for part in "\0".join(paths).split("\0") if part]
# --- witness
assert type(cleaned([module.Path("a")])[0]) is module.Path
