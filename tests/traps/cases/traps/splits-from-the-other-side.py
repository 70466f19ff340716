# kind: text and Unicode
# reason: result-differs
# --- original
def suffix(name):
    """Return what is behind the last dot."""
    parts = name.split(".")
    return parts[-1] if len(parts) > 1 else ""
# --- tests
assert suffix("a.txt") == "txt"
assert suffix("a") == ""
# --- rewrite
def suffix(name):
    """Return what is behind the last dot."""
    return name.partition(".")[2]
# --- witness
assert suffix("a.tar.gz") == "gz"
