# kind: loops
# --- original
def rises(values):
    """Count how often a value is followed by a larger one."""
    count = 0
    for index in range(len(values) - 1):
        if values[index + 1] > values[index]:
            count += 1
    return count
# --- tests
assert rises([1, 2, 1, 5]) == 2
assert rises([]) == 0
# --- rewrite
def rises(values):
    """Count how often a value is followed by a larger one."""
    return sum([b > a for a, b in zip(values, values[1:])])
