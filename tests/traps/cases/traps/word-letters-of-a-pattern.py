# kind: regular expressions
# reason: result-differs
# --- original
def is_word(text):
    """Tell whether a text is made of letters and digits."""
    if not text:
        return False
    for letter in text:
        if not letter.isalnum():
            return False
    return True
# --- tests
assert is_word("abc1")
assert not is_word("a b")
assert not is_word("")
# --- rewrite
import re

_WORD = re.compile(r"\w+")


def is_word(text):
    """Tell whether a text is made of letters and digits."""
    return _WORD.fullmatch(text) is not None
# --- witness
assert not is_word("a_b")
