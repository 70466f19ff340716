# kind: module and default state
# reason: global-state-differs
# target: rendered
# --- original
import contextvars

_depth = contextvars.ContextVar("depth", default=0)


def depth():
    """Return how deep in a tree the caller is."""
    return _depth.get()


def rendered(name):
    """Return a name in brackets, with the depth."""
    token = _depth.set(_depth.get() + 1)
    try:
        if not name:
            raise ValueError("no name")
        return f"<{name} {depth()}>"
    finally:
        _depth.reset(token)
# --- tests
assert rendered("a") == "<a 1>"
assert rendered("b") == "<b 1>"
try:
    rendered("")
except ValueError:
    pass
# --- rewrite
def rendered(name):
    """Return a name in brackets, with the depth."""
    now = _depth.get() + 1
    token = _depth.set(now)
    if not name:
        raise ValueError("no name")
    _depth.reset(token)
    return f"<{name} {now}>"
# --- witness
try:
    module.rendered("")
except ValueError:
    pass
assert module.depth() == 0
