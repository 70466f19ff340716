# kind: text and Unicode
# reason: exception-differs, result-differs
# --- original
def greeting(template, name):
    """Write a name into a template."""
    return template.replace("{name}", name)
# --- tests
assert greeting("Dear {name},", "Ann") == "Dear Ann,"
assert greeting("Hello", "Bob") == "Hello"
# --- rewrite
def greeting(template, name):
    """Write a name into a template."""
    return template.format(name=name)
# --- witness
assert greeting("{} {name}", "Ann") == "{} Ann"
