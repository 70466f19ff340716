# kind: text and Unicode
# reason: result-differs
# --- original
def code(text):
    """Fill a code with zeros from the left."""
    while len(text) < 5:
        text = "0" + text
    return text
# --- tests
assert code("12") == "00012"
assert code("123456") == "123456"
# --- rewrite
def code(text):
    """Fill a code with zeros from the left."""
    return text.zfill(5)
# --- witness
assert code("-1") == "000-1"
