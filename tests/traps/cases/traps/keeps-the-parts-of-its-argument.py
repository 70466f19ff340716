# kind: aliasing
# reason: aliasing-differs
# --- original
class Row:
    """Hold a name and numbers."""

    def __init__(self, name, numbers):
        self.name, self.numbers = name, numbers


def renamed(row, name):
    """Return a copy of a row with another name."""
    return Row(name, [number for number in row.numbers])
# --- tests
assert renamed(Row("a", [1]), "b").name == "b"
assert renamed(Row("a", [1]), "b").numbers == [1]
# --- rewrite
def renamed(row, name):
    """Return a copy of a row with another name."""
    return Row(name, row.numbers)
# --- witness
row = Row("a", [1])
renamed(row, "b").numbers.append(2)
assert row.numbers == [1]
