# kind: state of objects
# reason: result-differs
# target: Shape.describe
# --- original
class Shape:
    """Be a shape."""

    def __init__(self, name):
        self.name = name

    def label(self):
        """Return the label."""
        return self.name.upper()

    def describe(self, count):
        """Return the label several times."""
        text = ""
        for _ in range(min(count, 50)):
            text += self.label()
        return text


class Quiet(Shape):
    """Be a shape that whispers."""

    def label(self):
        """Return the label."""
        return self.name.lower()
# --- tests
assert Shape("a").describe(2) == "AA"
assert Quiet("Ab").describe(0) == ""
assert Quiet("12").describe(2) == "1212"
# --- rewrite
class Shape:
    """Be a shape."""

    def __init__(self, name):
        self.name = name

    def label(self):
        """Return the label."""
        return self.name.upper()

    def describe(self, count):
        """Return the label several times."""
        return self.name.upper() * min(count, 50)
# --- witness
assert module.Quiet("A").describe(1) == "a"
