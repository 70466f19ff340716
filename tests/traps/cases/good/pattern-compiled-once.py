# kind: work hoisted
# --- original
import re


def numbers(text):
    """Return the numbers in a text."""
    return [int(found) for found in re.findall(r"\d+", text)]
# --- tests
assert numbers("a1b22") == [1, 22]
assert numbers("") == []
# --- rewrite
_NUMBER = re.compile(r"\d+")


def numbers(text):
    """Return the numbers in a text."""
    return [int(found) for found in _NUMBER.findall(text)]
