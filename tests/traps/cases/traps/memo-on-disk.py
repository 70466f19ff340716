# kind: cache on disk
# reason: forbidden-import
# --- original
def squares(n):
    """Return the first n squares."""
    return [i * i for i in range(n)]
# --- tests
assert squares(3) == [0, 1, 4]
# --- rewrite
import json
import os
import tempfile


def squares(n):
    """Return the first n squares."""
    path = os.path.join(tempfile.gettempdir(), f"squares-{n}.json")
    if os.path.exists(path):
        with open(path) as file:
            return json.load(file)
    found = [i * i for i in range(n)]
    with open(path, "w") as file:
        json.dump(found, file)
    return found
# --- witness
import os, tempfile
before = set(os.listdir(tempfile.gettempdir()))
squares(4)
assert set(os.listdir(tempfile.gettempdir())) == before
