# kind: regular expressions
# reason: exception-differs, result-differs
# --- original
def filled(text, value):
    """Write a value in the place of each %%."""
    return value.join(text.split("%%"))
# --- tests
assert filled("a%%b", "x") == "axb"
assert filled("", "x") == ""
# --- rewrite
import re

_MARK = re.compile("%%")


def filled(text, value):
    """Write a value in the place of each %%."""
    return _MARK.sub(value, text)
# --- witness
assert filled("a%%", "\\n") == "a\\n"
