# kind: objects
# edges: rows that fail half way, before which the original has printed some
# --- original
def report(rows):
    """Print a line a row and the sum."""
    total = 0
    for row in rows:
        print("%s: %d" % (row[0], row[1]))
        total = total + row[1]
    print("sum: %d" % total)
# --- tests
report([("a", 1), ("b", 2)])
report([])
# --- rewrite
def report(rows):
    """Print a line a row and the sum."""
    total = 0
    lines = []
    for name, amount in rows:
        lines.append("%s: %d" % (name, amount))
        total += amount
    lines.append("sum: %d" % total)
    print("\n".join(lines))
