# kind: text and Unicode
# reason: result-differs
# --- original
def local(name):
    """Return a name without the prefix ``app-``."""
    if name[:4] == "app-":
        return name[4:]
    return name
# --- tests
assert local("app-main") == "main"
assert local("lib") == "lib"
# --- rewrite
def local(name):
    """Return a name without the prefix ``app-``."""
    return name.lstrip("ap-")
# --- witness
assert local("app-paper") == "paper"
