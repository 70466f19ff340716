# kind: bounded caches
# --- original
def words(text):
    """Split a text into its words, in lower case."""
    return [word.lower() for word in text.split()]
# --- tests
assert words("Some Text") == ["some", "text"]
assert words("") == []
# --- rewrite
from functools import lru_cache


@lru_cache(maxsize=256)
def _words(text):
    return tuple([word.lower() for word in text.split()])


def words(text):
    """Split a text into its words, in lower case."""
    return list(_words(text))
