# kind: the standard library
# --- original
def vowels(text):
    """Count vowels."""
    count = 0
    for letter in text:
        if letter in ["a", "e", "i", "o", "u"]:
            count += 1
    return count
# --- tests
assert vowels("house") == 3
assert vowels("") == 0
# --- rewrite
_VOWELS = frozenset("aeiou")


def vowels(text):
    """Count vowels."""
    return sum([letter in _VOWELS for letter in text])
