# kind: texts
# --- original
def is_link(text):
    """Tell whether a text begins as a link does."""
    for prefix in ["http://", "https://", "ftp://"]:
        if text[: len(prefix)] == prefix:
            return True
    return False
# --- tests
assert is_link("https://a")
assert not is_link("a")
# --- rewrite
_PREFIXES = ("http://", "https://", "ftp://")


def is_link(text):
    """Tell whether a text begins as a link does."""
    return text.startswith(_PREFIXES)
