# kind: patches what judges it
# reason: forbidden-construct
# --- original
def power(base, exponent):
    """Return a power of a number."""
    result = 1
    for _ in range(exponent):
        result *= base
    return result
# --- tests
assert power(2, 3) == 8
assert power(5, 0) == 1
# --- rewrite
def power(base, exponent):
    """Return a power of a number."""
    return eval("*".join([str(base)] * exponent) or "1")
# --- witness
assert power(-2, 2) == 4
assert power(0.1 + 0.2, 2) == (0.1 + 0.2) * (0.1 + 0.2)
assert power(-2 + 0j, 2) == 4
class Two(int):
    def __str__(self):
        return "3"
assert power(Two(2), 2) == 4
