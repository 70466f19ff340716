# kind: ends the process
# reason: timeout
# --- original
def halvings(n):
    """Count how often a number can be halved before it is odd; 0 for 0."""
    if n == 0:
        return 0
    count = 0
    while n % 2 == 0:
        n //= 2
        count += 1
    return count
# --- tests
assert halvings(8) == 3
assert halvings(7) == 0
# --- rewrite
def halvings(n):
    """Count how often a number can be halved before it is odd; 0 for 0."""
    count = 0
    while not n & 1:
        n >>= 1
        count += 1
    return count
# --- witness
assert halvings(0) == 0
