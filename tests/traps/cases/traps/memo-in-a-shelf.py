# kind: cache on disk
# reason: forbidden-import
# --- original
def count(text):
    """Count letters."""
    found = {}
    for letter in text:
        found[letter] = found.get(letter, 0) + 1
    return found
# --- tests
assert count("aba") == {"a": 2, "b": 1}
# --- rewrite
import shelve


def count(text):
    """Count letters."""
    with shelve.open("counts") as known:
        if text not in known:
            found = {}
            for letter in text:
                found[letter] = found.get(letter, 0) + 1
            known[text] = found
        return known[text]
# --- witness
import os
count("ab")
assert not [name for name in os.listdir(".") if name.startswith("counts")]
