# kind: text and Unicode
# reason: result-differs
# --- original
def without_vowels(text):
    """Return a text without vowels."""
    out = ""
    for letter in text:
        if letter.lower() not in ("a", "e", "i", "o", "u"):
            out += letter
    return out
# --- tests
assert without_vowels("Banana bread") == "Bnn brd"
# --- rewrite
_VOWELS = str.maketrans("", "", "aeiouAEIOU")


def without_vowels(text):
    """Return a text without vowels."""
    return text.encode("ascii", "ignore").decode().translate(_VOWELS)
# --- witness
assert without_vowels("né") == "né"
