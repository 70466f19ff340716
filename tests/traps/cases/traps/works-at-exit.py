# kind: deferred work
# reason: forbidden-import
# --- original
def note(log, text):
    """Add a line to a log."""
    log.append(text.upper())
# --- tests
note([], "a")
# --- rewrite
import atexit


def note(log, text):
    """Add a line to a log."""
    atexit.register(lambda: log.append(text.upper()))
# --- witness
log = []
note(log, "a")
assert log == ["A"]
