# kind: texts
# --- original
def parsed(line):
    """Return the key and the value of a line."""
    index = line.find("=")
    if index < 0:
        return line.strip(), ""
    return line[:index].strip(), line[index + 1 :].strip()
# --- tests
assert parsed("a = b") == ("a", "b")
assert parsed("a") == ("a", "")
# --- rewrite
def parsed(line):
    """Return the key and the value of a line."""
    key, _, value = line.partition("=")
    return key.strip(), value.strip()
