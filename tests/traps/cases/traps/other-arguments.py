# kind: exceptions
# reason: exception-differs
# --- original
class Invalid(Exception):
    """Something is invalid: a field and why."""


def validate(record):
    """Raise Invalid for the first field that is empty."""
    for field in sorted(record):
        if not record[field]:
            raise Invalid(field, "empty")
# --- tests
validate({"a": 1})
try:
    validate({"a": ""})
except Invalid as error:
    assert "a" in str(error)
# --- rewrite
def validate(record):
    """Raise Invalid for the first field that is empty."""
    for field in sorted(record):
        if not record[field]:
            raise Invalid((field, "empty"))
# --- witness
try:
    validate({"a": ""})
except module.Invalid as error:
    assert error.args == ("a", "empty")
