# kind: dictionaries
# --- original
def lines(table):
    """Write a table as lines."""
    out = []
    for key in table.keys():
        out.append(key + ": " + table[key])
    return "\n".join(out)
# --- tests
assert lines({"a": "1", "b": "2"}) == "a: 1\nb: 2"
assert lines({}) == ""
# --- rewrite
def lines(table):
    """Write a table as lines."""
    return "\n".join([key + ": " + value for key, value in table.items()])
