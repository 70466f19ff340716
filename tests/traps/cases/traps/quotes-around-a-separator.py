# kind: text and Unicode
# reason: result-differs
# --- original
def cells(line):
    """Split a line at commas that are not inside quotes."""
    out, cell, quoted = [], "", False
    for letter in line:
        if letter == '"':
            quoted = not quoted
        elif letter == "," and not quoted:
            out.append(cell)
            cell = ""
        else:
            cell += letter
    return [*out, cell]
# --- tests
assert cells("a,b") == ["a", "b"]
assert cells('"a",b') == ["a", "b"]
assert cells("") == [""]
# --- rewrite
def cells(line):
    """Split a line at commas that are not inside quotes."""
    return line.replace('"', "").split(",")
# --- witness
assert cells('"a,b",c') == ["a,b", "c"]
