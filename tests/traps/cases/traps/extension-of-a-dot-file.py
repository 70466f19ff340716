# kind: rare inputs
# reason: result-differs
# --- original
import os.path


def extension(name):
    """Return the extension of a file name."""
    return os.path.splitext(name)[1]
# --- tests
assert extension("a.txt") == ".txt"
assert extension("a.tar.gz") == ".gz"
assert extension("a") == ""
# --- rewrite
def extension(name):
    """Return the extension of a file name."""
    _, dot, last = name.rpartition(".")
    return dot + last if dot else ""
# --- witness
assert extension(".profile") == ""
