# kind: helpers
# target: Text.lines
# --- original
class Text:
    """Hold a text."""

    def __init__(self, text):
        self.text = text

    def lines(self):
        """Return the lines that are not blank."""
        out = []
        for line in self.text.split("\n"):
            if line.strip() != "":
                out.append(line.strip())
        return out
# --- tests
assert Text(" a \n\nb").lines() == ["a", "b"]
assert Text("").lines() == []
# --- rewrite
class Text:
    """Hold a text."""

    def __init__(self, text):
        self.text = text

    def _stripped(self):
        return [line.strip() for line in self.text.split("\n")]

    def lines(self):
        """Return the lines that are not blank."""
        return [line for line in self._stripped() if line]
