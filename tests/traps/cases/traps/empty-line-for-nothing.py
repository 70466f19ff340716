# kind: output and warnings
# reason: output-differs
# --- original
def show(names):
    """Print a name a line."""
    for name in names:
        print(name)
# --- tests
show(["a", "b"])
# --- rewrite
def show(names):
    """Print a name a line."""
    print("\n".join(names))
# --- witness
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()) as out:
    show([])
assert out.getvalue() == ""
