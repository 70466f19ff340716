# kind: equality and hashing
# reason: aliasing-differs, result-differs, order-differs
# --- original
class Entry:
    """Hold a key and a note; entries of one key are equal."""

    def __init__(self, key, note):
        self.key, self.note = key, note

    def __eq__(self, other):
        return self.key == other.key

    def __hash__(self):
        return hash(self.key)


def first_of_each(entries):
    """Return the first entry of each key."""
    out = []
    for entry in entries:
        if entry not in out:
            out.append(entry)
    return out
# --- tests
found = first_of_each([Entry(1, "a"), Entry(1, "b"), Entry(2, "c")])
assert found == [Entry(1, ""), Entry(2, "")]
# --- rewrite
def first_of_each(entries):
    """Return the first entry of each key."""
    return list({entry.key: entry for entry in entries}.values())
# --- witness
found = first_of_each([module.Entry(1, "a"), module.Entry(1, "b")])
assert found[0].note == "a"
