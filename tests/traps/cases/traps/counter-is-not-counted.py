# kind: module and default state
# reason: global-state-differs, result-differs
# --- original
STATISTICS = {"calls": 0}


def cleaned(text):
    """Return a text without blanks around, and count the calls."""
    STATISTICS["calls"] += 1
    while text.startswith(" "):
        text = text[1:]
    while text.endswith(" "):
        text = text[:-1]
    return text
# --- tests
assert cleaned(" a ") == "a"
assert cleaned("") == ""
# --- rewrite
def cleaned(text):
    """Return a text without blanks around, and count the calls."""
    if not text or (text[0] != " " and text[-1] != " "):
        return text
    STATISTICS["calls"] += 1
    return text.strip(" ")
# --- witness
cleaned("a")
assert STATISTICS["calls"] == 1
