# kind: module and default state
# reason: global-state-differs, result-differs
# --- original
NAMES = []


def register(name):
    """Give a name a number; the same name gets the same one."""
    for number, known in enumerate(NAMES):
        if known == name:
            return number
    NAMES.append(name)
    return len(NAMES) - 1
# --- tests
assert register("a") == 0
assert register("b") == 1
assert register("a") == 0
# --- rewrite
_NUMBERS = {}


def register(name):
    """Give a name a number; the same name gets the same one."""
    if len(_NUMBERS) > 10000:
        _NUMBERS.clear()
    return _NUMBERS.setdefault(name, len(_NUMBERS))
# --- witness
register("a")
assert NAMES == ["a"]
