# kind: text and Unicode
# reason: result-differs
# --- original
def tokens(text):
    """Return the words of a text."""
    found, word = [], ""
    for letter in text + " ":
        if letter.isspace():
            if word:
                found.append(word)
            word = ""
        else:
            word += letter
    return found
# --- tests
assert tokens("a bc") == ["a", "bc"]
# --- rewrite
def tokens(text):
    """Return the words of a text."""
    return text.split(" ")
# --- witness
assert tokens(" a  b\n") == ["a", "b"]
