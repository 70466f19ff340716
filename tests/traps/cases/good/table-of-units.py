# kind: dictionaries
# edges: units that can not be hashed
# --- original
def factor(unit):
    """Return how many metres a unit has."""
    if unit == "m":
        return 1
    elif unit == "km":
        return 1000
    elif unit == "mm":
        return 0.001
    raise ValueError(f"unknown unit {unit!r}")
# --- tests
assert factor("m") == 1
assert factor("km") == 1000
assert factor("mm") == 0.001
try:
    factor("x")
except ValueError:
    pass
# --- rewrite
_FACTORS = {"m": 1, "km": 1000, "mm": 0.001}


def factor(unit):
    """Return how many metres a unit has."""
    found = _FACTORS.get(unit)
    if found is None:
        raise ValueError(f"unknown unit {unit!r}")
    return found
