# kind: regular expressions
# reason: result-differs
# --- original
def tags(text):
    """Return what stands between angle brackets."""
    found, start = [], text.find("<")
    while start >= 0:
        end = text.find(">", start)
        if end < 0:
            break
        found.append(text[start + 1 : end])
        start = text.find("<", end)
    return found
# --- tests
assert tags("a <b> c") == ["b"]
assert tags("") == []
# --- rewrite
import re

_TAG = re.compile("<(.*)>")


def tags(text):
    """Return what stands between angle brackets."""
    return _TAG.findall(text)
# --- witness
assert tags("<a><b>") == ["a", "b"]
