# kind: module and default state
# reason: global-state-differs
# target: total
# --- original
import threading

_local = threading.local()


def last_error():
    """Return what the last call in this thread could not read."""
    return getattr(_local, "error", None)


def total(words):
    """Add up the numbers among words."""
    _local.error = None
    found = 0
    for word in words:
        try:
            found += int(word)
        except ValueError as error:
            _local.error = str(error)
    return found
# --- tests
assert total(["1", "2"]) == 3
assert total(["1", "x"]) == 1
# --- rewrite
def total(words):
    """Add up the numbers among words."""
    found = 0
    for word in words:
        try:
            found += int(word)
        except ValueError:
            pass
    return found
# --- witness
module.total(["x"])
assert "'x'" in module.last_error()
