# kind: bounded caches
# --- original
def checksum(text):
    """Return a checksum of a text."""
    result = 7
    for letter in text:
        result = (result * 31 + ord(letter)) % 65521
    return result
# --- tests
assert checksum("abc") == checksum("abc")
assert checksum("") == 7
# --- rewrite
_last = ("", 7)


def checksum(text):
    """Return a checksum of a text."""
    global _last
    known, result = _last
    if known != text:
        result = 7
        for code in map(ord, text):
            result = (result * 31 + code) % 65521
        _last = (text, result)
    return result
