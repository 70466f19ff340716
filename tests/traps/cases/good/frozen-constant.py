# kind: work hoisted
# edges: an unhashable word, where only texts were seen
# --- original
STOP = ("the", "a", "an", "of")


def keywords(words):
    """Return the words that are no stop words."""
    return [word for word in words if word not in STOP]
# --- tests
assert keywords(["the", "fig"]) == ["fig"]
assert keywords([]) == []
# --- rewrite
_STOP = frozenset(STOP)


def keywords(words):
    """Return the words that are no stop words."""
    return [word for word in words if word not in _STOP]
