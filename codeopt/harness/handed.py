"""An iterator that shows how far it was consumed."""


class Handed:
    """Hand over the elements of a list one by one; how far it got is part of its state."""

    __slots__ = ("items", "position")

    def __init__(self, items):
        self.items = items
        self.position = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.position >= len(self.items):
            raise StopIteration
        self.position += 1
        return self.items[self.position - 1]


def one_by_one(arguments):
    """Wrap the lists and tuples among the arguments; None when there are none."""
    args, kwargs = arguments
    if not any(type(value) in (list, tuple) for value in [*args, *kwargs.values()]):
        return None
    return tuple(map(_handed, args)), {name: _handed(value) for name, value in kwargs.items()}


def _handed(value):
    return Handed(value) if type(value) in (list, tuple) else value
