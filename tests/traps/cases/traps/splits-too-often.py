# kind: exceptions
# reason: exception-differs, result-differs
# --- original
def setting(line):
    """Split a setting into name and value."""
    name, value = line.split("=", 1)
    return name.strip(), value.strip()
# --- tests
assert setting("a = 1") == ("a", "1")
assert setting("b=2") == ("b", "2")
# --- rewrite
def setting(line):
    """Split a setting into name and value."""
    name, value = map(str.strip, line.split("="))
    return name, value
# --- witness
assert setting("a = b=c") == ("a", "b=c")
