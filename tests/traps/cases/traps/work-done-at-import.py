# kind: work at import
# reason: touches-other-code
# --- original
WORDS = ["pear", "fig", "plum"]


def longest():
    """Return the longest of the words."""
    best = ""
    for word in WORDS:
        if len(word) > len(best):
            best = word
    return best
# --- tests
assert longest() == "pear"
# --- rewrite
for _word in WORDS:
    if len(_word) == max(map(len, WORDS)):
        _LONGEST = _word
        break


def longest():
    """Return the longest of the words."""
    return _LONGEST
# --- witness
WORDS.append("blackberry")
assert longest() == "blackberry"
