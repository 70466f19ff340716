# kind: state of objects
# reason: mutation-differs, aliasing-differs
# target: Log.keep
# --- original
class Log:
    """Hold lines."""

    def __init__(self, lines):
        self.lines = lines

    def keep(self, word):
        """Drop the lines without a word."""
        for index in range(len(self.lines) - 1, -1, -1):
            if word not in self.lines[index]:
                del self.lines[index]
        return len(self.lines)
# --- tests
assert Log(["a b", "c"]).keep("a") == 1
assert Log([]).keep("a") == 0
# --- rewrite
class Log:
    """Hold lines."""

    def __init__(self, lines):
        self.lines = lines

    def keep(self, word):
        """Drop the lines without a word."""
        self.lines = [line for line in self.lines if word in line]
        return len(self.lines)
# --- witness
lines = ["a", "b"]
module.Log(lines).keep("a")
assert lines == ["a"]
