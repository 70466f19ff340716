# kind: objects
# edges: values of other types
# --- original
def show(rows):
    """Print rows, one a line."""
    for name, number in rows:
        print(name, number)
# --- tests
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()) as out:
    show([("a", 1), ("b", 2)])
assert out.getvalue() == "a 1\nb 2\n"
show([])
# --- rewrite
def show(rows):
    """Print rows, one a line."""
    lines = [f"{name} {number}\n" for name, number in rows]
    print("".join(lines), end="")
