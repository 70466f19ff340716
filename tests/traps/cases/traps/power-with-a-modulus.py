# kind: rare inputs
# reason: result-differs, exception-differs
# --- original
def power(base, exponent, modulus):
    """Raise a number to a power, modulo another; powers below 1 give 1."""
    result = 1
    for _ in range(exponent):
        result = result * base % modulus
    return result
# --- tests
assert power(3, 4, 5) == 1
assert power(2, 0, 7) == 1
# --- rewrite
def power(base, exponent, modulus):
    """Raise a number to a power, modulo another; powers below 1 give 1."""
    return pow(base, exponent, modulus)
# --- witness
assert power(2, -1, 7) == 1
