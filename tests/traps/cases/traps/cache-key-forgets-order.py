# kind: type-blind cache keys
# reason: result-differs, order-differs
# --- original
def query(options):
    """Write options as part of an address."""
    out = ""
    for name, value in options.items():
        out += ("&" if out else "?") + name + "=" + value
    return out
# --- tests
assert query({"a": "1", "b": "2"}) == "?a=1&b=2"
assert query({}) == ""
# --- rewrite
from functools import lru_cache

_order = {}


@lru_cache(maxsize=64)
def _query(options):
    return "".join(("&" if i else "?") + f"{n}={v}" for i, (n, v) in enumerate(_order[options]))


def query(options):
    """Write options as part of an address."""
    key = frozenset(options.items())
    if len(_order) > 100:
        _order.clear()
        _query.cache_clear()
    _order.setdefault(key, tuple(options.items()))
    return _query(key)
# --- witness
query({"a": "1", "b": "2"})
assert query({"b": "2", "a": "1"}) == "?b=2&a=1"
