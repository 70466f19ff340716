# kind: sorting
# edges: values of other types
# --- original
def ranked(rows):
    """Return rows by score, the highest first; equal ones stay in order."""
    out = []
    for row in rows:
        index, score = 0, row["score"]
        while index < len(out) and out[index]["score"] >= score:
            index += 1
        out.insert(index, row)
    return out
# --- tests
assert ranked([{"score": 1}, {"score": 3}]) == [{"score": 3}, {"score": 1}]
assert ranked([]) == []
# --- rewrite
from operator import itemgetter


def ranked(rows):
    """Return rows by score, the highest first; equal ones stay in order."""
    return sorted(rows, key=itemgetter("score"), reverse=True)
