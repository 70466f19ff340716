# kind: regular expressions
# reason: result-differs, exception-differs
# --- original
def occurrences(text, word):
    """Count where a word begins in a text, overlapping or not."""
    count = 0
    for index in range(len(text)):
        if text[index : index + len(word)] == word:
            count += 1
    return count
# --- tests
assert occurrences("abcab", "ab") == 2
assert occurrences("a.b", "a.b") == 1
# --- rewrite
def occurrences(text, word):
    """Count where a word begins in a text, overlapping or not."""
    return text.count(word)
# --- witness
assert occurrences("aaa", "aa") == 2
