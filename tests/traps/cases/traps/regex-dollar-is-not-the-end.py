# kind: regular expressions
# reason: result-differs
# --- original
import re


def is_name(text):
    """Tell whether a text is a name."""
    return re.fullmatch("[a-z]+", text) is not None
# --- tests
assert is_name("abc")
assert not is_name("a1")
# --- rewrite
_NAME = re.compile("^[a-z]+$")


def is_name(text):
    """Tell whether a text is a name."""
    return _NAME.match(text) is not None
# --- witness
assert not is_name("abc\n")
