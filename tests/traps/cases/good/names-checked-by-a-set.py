# kind: order that is not seen
# edges: names that can not be hashed
# --- original
class Form:
    """Hold the names of fields."""

    def __init__(self, fields):
        self.fields = fields

    def check(self, data):
        """Raise a KeyError for the first unknown field, return the number of known ones."""
        allowed = []
        for field in self.fields:
            allowed.append(field.lower())
        for name in data:
            if name.lower() not in allowed:
                raise KeyError(name)
        return len(data)
# --- tests
form = Form(["Name", "Age"])
assert form.check({"name": 1}) == 1
assert form.check({}) == 0
try:
    form.check({"other": 1})
except KeyError as error:
    assert error.args == ("other",)
# --- rewrite
class Form:
    """Hold the names of fields."""

    def __init__(self, fields):
        self.fields = fields

    def check(self, data):
        """Raise a KeyError for the first unknown field, return the number of known ones."""
        allowed = {field.lower() for field in self.fields}
        for name in data:
            if name.lower() not in allowed:
                raise KeyError(name)
        return len(data)
