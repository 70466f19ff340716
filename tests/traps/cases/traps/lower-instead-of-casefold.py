# kind: text and Unicode
# reason: result-differs
# --- original
def same(a, b):
    """Tell whether two texts are the same but for case."""
    return a.casefold() == b.casefold()
# --- tests
assert same("Ab", "aB")
assert not same("a", "b")
# --- rewrite
def same(a, b):
    """Tell whether two texts are the same but for case."""
    return a.lower() == b.lower()
# --- witness
assert same("Straße", "STRASSE")
