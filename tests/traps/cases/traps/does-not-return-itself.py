# kind: state of objects
# reason: aliasing-differs, result-differs, mutation-differs
# target: Builder.add
# --- original
class Builder:
    """Put parts together."""

    def __init__(self, parts=()):
        self.parts = list(parts)

    def add(self, part):
        """Add a part; return the builder itself."""
        if part:
            self.parts = self.parts + [part]
        return self
# --- tests
assert Builder().add("a").add("b").parts == ["a", "b"]
assert Builder(["x"]).add("").parts == ["x"]
# --- rewrite
class Builder:
    """Put parts together."""

    def __init__(self, parts=()):
        self.parts = list(parts)

    def add(self, part):
        """Add a part; return the builder itself."""
        return Builder([*self.parts, part] if part else self.parts)
# --- witness
builder = module.Builder()
builder.add("a")
assert builder.parts == ["a"]
