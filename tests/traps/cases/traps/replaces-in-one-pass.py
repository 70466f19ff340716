# kind: text and Unicode
# reason: result-differs
# --- original
def escaped(text):
    """Write backslashes, then quotes, as a line of the log has them."""
    for old, new in (("'", "\\'"), ("\\", "\\\\")):
        text = text.replace(old, new)
    return text
# --- tests
assert escaped("plain") == "plain"
assert escaped("a\\b") == "a\\\\b"
# --- rewrite
_TABLE = str.maketrans({"'": "\\'", "\\": "\\\\"})


def escaped(text):
    """Write backslashes, then quotes, as a line of the log has them."""
    return text.translate(_TABLE)
# --- witness
assert escaped("it's") == "it\\\\'s"
