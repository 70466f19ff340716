# kind: memo across calls
# reason: signature-changed
# --- original
def fib(n):
    """Return the nth Fibonacci number."""
    return n if n < 2 else fib(n - 1) + fib(n - 2)
# --- tests
assert [fib(n) for n in range(8)] == [0, 1, 1, 2, 3, 5, 8, 13]
# --- rewrite
def fib(n, _memo={0: 0, 1: 1}):
    """Return the nth Fibonacci number."""
    if n not in _memo:
        _memo[n] = fib(n - 1) + fib(n - 2)
    return _memo[n]
# --- witness
import inspect
assert list(inspect.signature(fib).parameters) == ["n"]
