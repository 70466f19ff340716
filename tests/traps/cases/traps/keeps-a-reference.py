# kind: state of objects
# reason: aliasing-differs, mutation-differs
# --- original
class Board:
    """Hold rows of cells."""

    def __init__(self):
        self.rows = []

    def add(self, cells):
        """Append a row of cells."""
        row = []
        for cell in cells:
            row.append(cell)
        self.rows.append(row)
        return len(self.rows)
# --- tests
board = Board()
assert board.add([1, 2]) == 1
assert board.add([3]) == 2
assert board.rows == [[1, 2], [3]]
# --- rewrite
class Board:
    """Hold rows of cells."""

    def __init__(self):
        self.rows = []

    def add(self, cells):
        """Append a row of cells."""
        self.rows.append(cells)
        return len(self.rows)
# --- witness
board = module.Board()
cells = [1]
board.add(cells)
cells.append(2)
assert board.rows == [[1]]
