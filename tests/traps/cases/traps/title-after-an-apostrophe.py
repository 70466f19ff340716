# kind: text and Unicode
# reason: result-differs
# --- original
def titled(text):
    """Write each word with a capital."""
    return " ".join(word[:1].upper() + word[1:] for word in text.split(" "))
# --- tests
assert titled("some words") == "Some Words"
# --- rewrite
def titled(text):
    """Write each word with a capital."""
    return text.title()
# --- witness
assert titled("it's mcDonald") == "It's McDonald"
