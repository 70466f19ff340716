# kind: output and warnings
# reason: output-differs
# --- original
def report(rows):
    """Print the rows and return their number."""
    for row in rows:
        print(row)
    return len(rows)
# --- tests
assert report([1, 2]) == 2
# --- rewrite
def report(rows):
    """Print the rows and return their number."""
    print(*rows, sep=", ")
    return len(rows)
# --- witness
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()) as out:
    report([1, 2])
assert out.getvalue() == "1\n2\n"
