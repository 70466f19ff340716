# kind: memo across calls
# reason: result-differs, exception-differs
# --- original
def pad(text, width, fill=" "):
    """Fill a text up to a width of at most 80."""
    for _ in range(len(text), min(width, 80)):
        text = text + fill
    return text
# --- tests
assert pad("ab", 4) == "ab  "
assert pad("ab", 1) == "ab"
assert pad("x", 3, "-") == "x--"
# --- rewrite
_PADDED = {}


def pad(text, width, fill=" "):
    """Fill a text up to a width of at most 80."""
    key = (text, width)
    if key not in _PADDED:
        if len(_PADDED) > 500:
            _PADDED.clear()
        _PADDED[key] = text + fill * (min(width, 80) - len(text))
    return _PADDED[key]
# --- witness
assert pad("x", 3, "-") == "x--"
assert pad("x", 3, "+") == "x++"
