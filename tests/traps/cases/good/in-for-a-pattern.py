# kind: texts
# edges: values of other types
# --- original
import re


def mentions(lines, word):
    """Return the lines in which a word occurs."""
    return [line for line in lines if re.search(re.escape(word), line)]
# --- tests
assert mentions(["a cat", "a dog"], "cat") == ["a cat"]
assert mentions([], "x") == []
# --- rewrite
def mentions(lines, word):
    """Return the lines in which a word occurs."""
    return [line for line in lines if word in line]
