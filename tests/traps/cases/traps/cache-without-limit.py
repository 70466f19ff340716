# kind: unbounded cache
# reason: unbounded-cache
# --- original
def digits(n):
    """Return the sum of the digits of a number."""
    return sum(int(digit) for digit in str(n))
# --- tests
assert digits(123) == 6
assert digits(0) == 0
# --- rewrite
import functools


@functools.cache
def _digits(text):
    return sum(map(int, text))


def digits(n):
    """Return the sum of the digits of a number."""
    return _digits(str(n))
# --- witness
import gc
for n in range(1000):
    digits(n)
names = [name for name in vars(module) if hasattr(vars(module)[name], "cache_info")]
assert not any(getattr(module, name).cache_info().currsize > 500 for name in names)
