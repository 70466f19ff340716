# kind: state of objects
# reason: mutation-differs
# target: Parser.feed
# --- original
class Parser:
    """Split lines into words."""

    def __init__(self):
        self.words = []

    def feed(self, line):
        """Take in a line."""
        for word in line.split(" "):
            if word != "":
                self.words.append(word)
        return len(self.words)
# --- tests
parser = Parser()
assert parser.feed("a b") == 2
assert parser.feed("c") == 3
# --- rewrite
class Parser:
    """Split lines into words."""

    def __init__(self):
        self.words = []

    def feed(self, line):
        """Take in a line."""
        self.last = line
        self.words += [word for word in line.split(" ") if word]
        return len(self.words)
# --- witness
parser = module.Parser()
parser.feed("a")
assert vars(parser) == {"words": ["a"]}
