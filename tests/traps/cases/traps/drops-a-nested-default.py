# kind: state of objects
# reason: mutation-differs, aliasing-differs
# --- original
def merged(base, extra):
    """Put settings into others, section by section."""
    for section, values in extra.items():
        own = base.setdefault(section, {})
        for name, value in values.items():
            own[name] = value
    return base
# --- tests
assert merged({"a": {"x": 1}}, {"a": {"y": 2}}) == {"a": {"x": 1, "y": 2}}
assert merged({}, {}) == {}
# --- rewrite
def merged(base, extra):
    """Put settings into others, section by section."""
    for section, values in extra.items():
        base[section] = {**base.get(section, {}), **values}
    return base
# --- witness
own = {"x": 1}
merged({"a": own}, {"a": {"y": 2}})
assert own == {"x": 1, "y": 2}
