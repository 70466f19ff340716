# kind: text and Unicode
# reason: result-differs, exception-differs
# --- original
def size_on_disk(text):
    """Return how many bytes a text takes."""
    return len(text.encode("utf-8"))
# --- tests
assert size_on_disk("abc") == 3
assert size_on_disk("") == 0
# --- rewrite
def size_on_disk(text):
    """Return how many bytes a text takes."""
    return len(text)
# --- witness
assert size_on_disk("é") == 2
