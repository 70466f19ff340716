# kind: bounded caches
# --- original
def reading(text):
    """Return a text read backwards, with its length."""
    return text[::-1] + str(len(text))
# --- tests
for text in ("ab", "c", "", "abc", "abcd", "xyz", "ab"):
    assert reading(text) == text[::-1] + str(len(text))
# --- rewrite
_texts = {}


def reading(text):
    """Return a text read backwards, with its length."""
    found = _texts.get(text)
    if found is None:
        if len(_texts) > 2:
            _texts.clear()
        found = _texts[text] = f"{text[::-1]}{len(text)}"
    return found
