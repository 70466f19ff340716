# kind: memo across calls
# reason: result-differs, aliasing-differs, mutation-differs
# --- original
def words(text):
    """Split a text into its words, in lower case."""
    return [word.lower() for word in text.split()]
# --- tests
assert words("Some Text") == ["some", "text"]
assert words("Some Text") == ["some", "text"]
assert words("") == []
# --- rewrite
_MEMO = {}


def words(text):
    """Split a text into its words, in lower case."""
    found = _MEMO.get(text)
    if found is None:
        if len(_MEMO) > 1000:
            _MEMO.clear()
        found = _MEMO[text] = text.lower().split()
    return found
# --- witness
words("a b").append("c")
assert words("a b") == ["a", "b"]
