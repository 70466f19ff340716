# kind: unbounded cache
# reason: unbounded-cache
# --- original
def reverse(text):
    """Return a text from back to front."""
    result = ""
    for letter in text:
        result = letter + result
    return result
# --- tests
assert reverse("abc") == "cba"
# --- rewrite
from functools import lru_cache


@lru_cache(maxsize=None)
def _reverse(text):
    return text[::-1]


def reverse(text):
    """Return a text from back to front."""
    return _reverse(text)
# --- witness
for n in range(1000):
    reverse(str(n))
assert not hasattr(module, "_reverse") or module._reverse.cache_info().currsize < 500
