# kind: mutation of arguments
# reason: mutation-differs, aliasing-differs
# --- original
class Queue:
    """Hold items that wait."""

    def __init__(self, items):
        self.items = items

    def drop(self, item):
        """Take all equal items out."""
        while item in self.items:
            self.items.remove(item)
# --- tests
items = ["a", "b"]
queue = Queue(items)
queue.drop("a")
assert queue.items == ["b"]
queue.drop("x")
# --- rewrite
class Queue:
    """Hold items that wait."""

    def __init__(self, items):
        self.items = items

    def drop(self, item):
        """Take all equal items out."""
        self.items = [other for other in self.items if other != item]
# --- witness
items = ["a", "b"]
module.Queue(items).drop("a")
assert items == ["b"]
