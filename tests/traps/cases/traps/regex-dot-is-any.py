# kind: regular expressions
# reason: result-differs
# --- original
def is_version(text):
    """Tell whether a text is two numbers with a point between."""
    parts = text.split(".")
    return len(parts) == 2 and all(p.isascii() and p.isdigit() for p in parts)
# --- tests
assert is_version("1.2")
assert is_version("10.25")
assert not is_version("1")
# --- rewrite
import re

_VERSION = re.compile("[0-9]+.[0-9]+")


def is_version(text):
    """Tell whether a text is two numbers with a point between."""
    return _VERSION.fullmatch(text) is not None
# --- witness
assert not is_version("1-2")
