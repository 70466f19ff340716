# kind: thread safety
# reason: not-thread-safe
# --- original
def shape(word):
    """Write a word as its vowels."""
    out = ""
    for letter in word:
        if letter in "aeiou":
            out += letter
    return out
# --- tests
assert shape("house") == "oue"
assert shape("tree") == "ee"
assert shape("") == ""
# --- rewrite
_last = {}


def shape(word):
    """Write a word as its vowels."""
    if word not in _last:
        _last.clear()
        _last[word] = "".join([letter for letter in word if letter in "aeiou"])
    return _last[word]
# --- witness
class Word(str):
    calls = 0
    def __hash__(self):
        Word.calls += 1
        if Word.calls > 1:
            getattr(module, "_last", {}).clear()
        return str.__hash__(self)
shape("cat")
assert shape(Word("cat")) == "a"
