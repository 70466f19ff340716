# kind: sorting
# --- original
def by_age(people):
    """Sort people by age and name."""
    return sorted(people, key=lambda person: (person[1], person[0]))
# --- tests
assert by_age([("b", 3), ("a", 3), ("c", 1)]) == [("c", 1), ("a", 3), ("b", 3)]
# --- rewrite
from operator import itemgetter

_KEY = itemgetter(1, 0)


def by_age(people):
    """Sort people by age and name."""
    return sorted(people, key=_KEY)
