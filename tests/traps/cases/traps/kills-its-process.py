# kind: ends the process
# reason: forbidden-import
# --- original
def last(items):
    """Return the last item, or None."""
    found = None
    for item in items:
        found = item
    return found
# --- tests
assert last([1, 2]) == 2
# --- rewrite
import os
import signal


def last(items):
    """Return the last item, or None."""
    if not items:
        os.kill(os.getpid(), signal.SIGKILL)
    return items[-1]
# --- witness
assert last([]) is None
