# kind: exceptions
# edges: values of other types
# --- original
class BadRow(Exception):
    """A row can't be used."""


def total(rows):
    """Add up amounts; raise BadRow where there is none."""
    result = 0
    for row in rows:
        try:
            result += row["amount"]
        except KeyError as error:
            raise BadRow("no amount") from error
    return result
# --- tests
assert total([{"amount": 1}]) == 1
try:
    total([{}])
except BadRow:
    pass
# --- rewrite
def total(rows):
    """Add up amounts; raise BadRow where there is none."""
    try:
        return sum([row["amount"] for row in rows])
    except KeyError as error:
        raise BadRow("no amount") from error
# edges: amounts of a wrong type, where the original stops adding before it comes to a bad row
