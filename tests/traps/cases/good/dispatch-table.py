# kind: dictionaries
# edges: keys that can not be hashed
# --- original
def apply(name, a, b):
    """Apply an operation to two numbers."""
    if name == "add":
        return a + b
    elif name == "sub":
        return a - b
    elif name == "mul":
        return a * b
    raise ValueError("unknown: " + name)
# --- tests
assert apply("add", 1, 2) == 3
assert apply("mul", 2, 3) == 6
assert apply("sub", 2, 3) == -1
# --- rewrite
import operator

_OPERATIONS = {"add": operator.add, "sub": operator.sub, "mul": operator.mul}


def apply(name, a, b):
    """Apply an operation to two numbers."""
    operation = _OPERATIONS.get(name)
    if operation is None:
        raise ValueError("unknown: " + name)
    return operation(a, b)
