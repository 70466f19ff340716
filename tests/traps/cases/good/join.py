# kind: texts
# edges: another message for what is no text
# --- original
def listed(words):
    """Write words with commas between."""
    text = ""
    for index, word in enumerate(words):
        if index > 0:
            text += ", "
        text += word
    return text
# --- tests
assert listed(["a", "b"]) == "a, b"
assert listed([]) == ""
# --- rewrite
def listed(words):
    """Write words with commas between."""
    return ", ".join(words)
