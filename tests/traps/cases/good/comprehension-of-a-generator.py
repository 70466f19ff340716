# kind: generators inside
# --- original
def words(text):
    """Write each word of a text with a capital."""
    def parts():
        for word in text.split(" "):
            yield word.capitalize()
    return " ".join(parts())
# --- tests
assert words("some text") == "Some Text"
assert words("") == ""
# --- rewrite
def words(text):
    """Write each word of a text with a capital."""
    return " ".join([word.capitalize() for word in text.split(" ")])
