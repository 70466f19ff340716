# kind: state of objects
# reason: forbidden-construct
# --- original
class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def scaled(self, by):
        """Return a multiple, of the same class."""
        return type(self)(self.x * by, self.y * by)
# --- tests
made = Vector(1, 2).scaled(3)
assert (made.x, made.y) == (3, 6)
# --- rewrite
class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def scaled(self, by):
        """Return a multiple, of the same class."""
        return Vector(self.x * by, self.y * by)
# --- witness
class Arrow(Vector):
    pass
assert type(Arrow(1, 2).scaled(3)) is Arrow
