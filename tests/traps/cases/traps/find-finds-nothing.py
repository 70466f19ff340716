# kind: rare inputs
# reason: result-differs
# --- original
def key_of(line):
    """Return what is before the first =, or the whole line."""
    out = ""
    for letter in line:
        if letter == "=":
            break
        out += letter
    return out
# --- tests
assert key_of("a=b") == "a"
assert key_of("=") == ""
# --- rewrite
def key_of(line):
    """Return what is before the first =, or the whole line."""
    return line[: line.find("=")]
# --- witness
assert key_of("abc") == "abc"
