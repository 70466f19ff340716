# kind: order that is not seen
# edges: words that can not be hashed
# --- original
class Index:
    """Hold stop words."""

    def __init__(self, stop):
        self.stop = stop

    def terms(self, words):
        """Return the words that count, each once."""
        found = []
        for word in words:
            if word in self.stop or word in found:
                continue
            found.append(word)
        return found
# --- tests
index = Index(["the", "a"])
assert index.terms(["the", "cat", "a", "cat"]) == ["cat"]
assert index.terms([]) == []
# --- rewrite
class Index:
    """Hold stop words."""

    def __init__(self, stop):
        self.stop = stop

    def terms(self, words):
        """Return the words that count, each once."""
        stop = self.stop
        found = {}
        for word in words:
            if word not in found and word not in stop:
                found[word] = True
        return [*found]
