# kind: text and Unicode
# reason: result-differs
# --- original
def occurrences(text, part):
    """Count where a part begins in a text."""
    count = 0
    for start in range(len(text)):
        if text[start : start + len(part)] == part:
            count += 1
    return count
# --- tests
assert occurrences("abcab", "ab") == 2
assert occurrences("", "ab") == 0
# --- rewrite
def occurrences(text, part):
    """Count where a part begins in a text."""
    return text.count(part) if part else len(text)
# --- witness
assert occurrences("aaa", "aa") == 2
