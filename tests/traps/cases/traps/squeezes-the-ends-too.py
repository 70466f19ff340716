# kind: text and Unicode
# reason: result-differs
# --- original
import re


def squeezed(text):
    """Write one blank for each stretch of blank space."""
    return re.sub(r"\s+", " ", text)
# --- tests
assert squeezed("a  b\nc") == "a b c"
assert squeezed("") == ""
# --- rewrite
def squeezed(text):
    """Write one blank for each stretch of blank space."""
    return " ".join(text.split())
# --- witness
assert squeezed(" a") == " a"
