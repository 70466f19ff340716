# kind: deferred work
# reason: forbidden-import
# --- original
def heavy(n):
    """Add up numbers."""
    return sum(range(n))
# --- tests
class Any:
    pass
assert heavy(4) is not None
# --- rewrite
from concurrent.futures import ThreadPoolExecutor

_POOL = ThreadPoolExecutor(1)


def heavy(n):
    """Add up numbers."""
    return _POOL.submit(sum, range(n))
# --- witness
assert heavy(4) == 6
