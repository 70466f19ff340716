# kind: mutation of arguments
# reason: mutation-differs
# --- original
class Page:
    """Hold a text."""

    def __init__(self, text):
        self.text = text


def words(page):
    """Return the words of a page."""
    return page.text.lower().split()
# --- tests
assert words(Page("A b")) == ["a", "b"]
assert words(Page("")) == []
# --- rewrite
def words(page):
    """Return the words of a page."""
    found = getattr(page, "_words", None)
    if found is None or found[0] != page.text:
        found = page._words = (page.text, page.text.lower().split())
    return list(found[1])
# --- witness
page = module.Page("A b")
words(page)
assert vars(page) == {"text": "A b"}
