# kind: bounded caches
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
from functools import lru_cache


@lru_cache(maxsize=256)
def _label(language, key):
    return WORDS[language].get(key, key)


def label(key):
    """Return a word in the language of now."""
    return _label(_language, key)
