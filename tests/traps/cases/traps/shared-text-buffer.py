# kind: thread safety
# reason: not-thread-safe
# --- original
import io


def joined(values):
    """Write values, separated by semicolons."""
    out = io.StringIO()
    for value in values:
        out.write(str(value))
        out.write(";")
    return out.getvalue()
# --- tests
assert joined([1, 2]) == "1;2;"
assert joined([]) == ""
# --- rewrite
_buffer = io.StringIO()


def joined(values):
    """Write values, separated by semicolons."""
    _buffer.seek(0)
    _buffer.truncate()
    for value in values:
        _buffer.write(str(value))
        _buffer.write(";")
    return _buffer.getvalue()
# --- witness
class Slow:
    def __str__(self):
        joined([7])
        return "1"
assert joined([0, Slow()]) == "0;1;"
