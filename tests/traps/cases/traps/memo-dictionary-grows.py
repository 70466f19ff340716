# kind: unbounded cache
# reason: unbounded-cache
# --- original
def factors(n):
    """Return the prime factors of a number."""
    found, divisor = [], 2
    while n > 1:
        while n % divisor == 0:
            found.append(divisor)
            n //= divisor
        divisor += 1
    return found
# --- tests
assert factors(12) == [2, 2, 3]
assert factors(1) == []
# --- rewrite
_FACTORS = {}


def factors(n):
    """Return the prime factors of a number."""
    if n not in _FACTORS:
        found, divisor, rest = [], 2, n
        while rest > 1:
            while rest % divisor == 0:
                found.append(divisor)
                rest //= divisor
            divisor += 1
        _FACTORS[n] = tuple(found)
    return list(_FACTORS[n])
# --- witness
for n in range(1, 900):
    factors(n)
assert not any(isinstance(v, dict) and len(v) > 500 for k, v in vars(module).items() if k != "__builtins__")
