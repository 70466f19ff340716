# kind: thread safety
# reason: not-thread-safe
# --- original
def reading(text):
    """Return a text read backwards, with its length."""
    return text[::-1] + str(len(text))
# --- tests
for text in ("ab", "c", "", "abc", "abcd", "xyz"):
    assert reading(text) == text[::-1] + str(len(text))
# --- rewrite
_texts = {}


def reading(text):
    """Return a text read backwards, with its length."""
    if text in _texts:
        return _texts.pop(text)
    if len(_texts) > 1:
        _texts.pop(next(iter(_texts)))
    found = text[::-1] + str(len(text))
    _texts[text] = found
    return found
# --- witness
class Text(str):
    calls = 0
    def __hash__(self):
        Text.calls += 1
        if Text.calls > 1:
            getattr(module, "_texts", {}).clear()
        return str.__hash__(self)
reading("pq")
assert reading(Text("pq")) == "qp2"
