# kind: type-blind cache keys
# reason: result-differs, type-differs
# --- original
def show(value):
    """Return a value as a table shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ""
    for letter in str(value):
        text += letter
    return text
# --- tests
assert show(True) == "yes"
assert show(7) == "7"
assert show(False) == "no"
assert show(12) == "12"
# --- rewrite
_SHOWN = {}


def show(value):
    """Return a value as a table shows it."""
    if value not in _SHOWN:
        if len(_SHOWN) > 99:
            _SHOWN.clear()
        _SHOWN[value] = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return _SHOWN[value]
# --- witness
show(True)
assert show(1) == "1"
