# kind: memo across calls
# reason: forbidden-construct
# target: label
# --- original
_language = "en"
WORDS = {"en": {"yes": "yes"}, "de": {"yes": "ja"}}


def choose(language):
    """Choose the language."""
    global _language
    _language = language


def label(key):
    """Return a word in the language of now."""
    for word, meaning in WORDS[_language].items():
        if word == key:
            return meaning
    return key
# --- tests
assert label("yes") == "yes"
assert label("no") == "no"
# --- rewrite
_LABELS = {}


def label(key):
    """Return a word in the language of now."""
    if key not in _LABELS:
        if len(_LABELS) > 300:
            _LABELS.clear()
        _LABELS[key] = WORDS[_language].get(key, key)
    return _LABELS[key]
# --- witness
label("yes")
module.choose("de")
assert label("yes") == "ja"
