# kind: deferred work
# reason: type-differs
# --- original
def lines(text):
    """Return the lines of a text without blanks at the end."""
    return [line.rstrip() for line in text.split("\n")]
# --- tests
assert list(lines("a \nb")) == ["a", "b"]
# --- rewrite
class _Lines(list):
    def __init__(self, text):
        self._text = text

    def __iter__(self):
        return (line.rstrip() for line in self._text.split("\n"))


def lines(text):
    """Return the lines of a text without blanks at the end."""
    return _Lines(text)
# --- witness
assert lines("a \nb")[1] == "b"
