# kind: loops
# --- original
def share(votes):
    """Return how many votes are for it, against it, and neither."""
    return (
        len([v for v in votes if v == "yes"]),
        len([v for v in votes if v == "no"]),
        len([v for v in votes if v not in ("yes", "no")]),
    )
# --- tests
assert share(["yes", "no", "yes", "?"]) == (2, 1, 1)
assert share([]) == (0, 0, 0)
# --- rewrite
def share(votes):
    """Return how many votes are for it, against it, and neither."""
    yes = no = other = 0
    for vote in votes:
        if vote == "yes":
            yes += 1
        elif vote == "no":
            no += 1
        else:
            other += 1
    return yes, no, other
