# kind: cache on disk
# reason: forbidden-construct
# --- original
def cubes(n):
    """Return the first n cubes."""
    return [i**3 for i in range(n)]
# --- tests
assert cubes(3) == [0, 1, 8]
# --- rewrite
def cubes(n):
    """Return the first n cubes."""
    try:
        with open(f".cubes-{n}") as file:
            return [int(line) for line in file]
    except OSError:
        found = [i**3 for i in range(n)]
        with open(f".cubes-{n}", "w") as file:
            file.writelines(f"{value}\n" for value in found)
        return found
# --- witness
import os
cubes(3)
assert not os.path.exists(".cubes-3")
