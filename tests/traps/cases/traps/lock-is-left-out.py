# kind: work that no result shows
# reason: forbidden-construct
# --- original
import threading


class Counter:
    def __init__(self):
        self._lock = threading.Lock()
        self.counts = {}

    def add(self, words):
        """Count words; several threads may do so at once."""
        for word in words:
            with self._lock:
                self.counts[word] = self.counts.get(word, 0) + 1
# --- tests
counter = Counter()
counter.add(["a", "b", "a"])
assert counter.counts == {"a": 2, "b": 1}
# --- rewrite
class Counter:
    def __init__(self):
        self._lock = threading.Lock()
        self.counts = {}

    def add(self, words):
        """Count words; several threads may do so at once."""
        counts = self.counts
        for word in words:
            counts[word] = counts.get(word, 0) + 1
# --- witness
class Seen:
    taken = 0
    def __enter__(self):
        self.taken += 1
    def __exit__(self, *_):
        pass
counter = Counter()
counter._lock = Seen()
counter.add(["a"])
assert counter._lock.taken == 1
