# kind: mutation of arguments
# reason: mutation-differs
# --- original
def option(options, name, default):
    """Return an option, or the default."""
    for key in options.keys():
        if key == name:
            return options[key]
    return default
# --- tests
assert option({"a": 1}, "a", 0) == 1
assert option({}, "a", 0) == 0
# --- rewrite
def option(options, name, default):
    """Return an option, or the default."""
    return options.pop(name, default)
# --- witness
options = {"a": 1}
option(options, "a", 0)
assert options == {"a": 1}
