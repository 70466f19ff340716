# kind: work at import
# reason: forbidden-construct
# target: keywords
# --- original
STOP = {"the", "a"}


def ignore(word):
    """Make a word a stop word."""
    STOP.add(word)


def keywords(words):
    """Return the words that are no stop words."""
    return [word for word in words if word not in sorted(STOP)]
# --- tests
assert keywords(["the", "fig"]) == ["fig"]
assert keywords([]) == []
# --- rewrite
_STOP = frozenset(STOP)


def keywords(words):
    """Return the words that are no stop words."""
    return [word for word in words if word not in _STOP]
# --- witness
module.ignore("fig")
assert keywords(["fig"]) == []
