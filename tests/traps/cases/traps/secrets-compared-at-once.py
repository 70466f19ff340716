# kind: work that no result shows
# reason: forbidden-construct
# --- original
import hmac


def known(token, tokens):
    """Tell whether a token is valid, in a time that does not tell how much of it is."""
    found = False
    for each in tokens:
        found = hmac.compare_digest(token, each) or found
    return found
# --- tests
assert known("b", ["a", "b"])
assert not known("c", ["a", "b"])
# --- rewrite
def known(token, tokens):
    """Tell whether a token is valid, in a time that does not tell how much of it is."""
    return token in tokens
# --- witness
import types
compared = []
module.hmac = types.SimpleNamespace(compare_digest=lambda a, b: compared.append(b))
known("b", ["a", "b"])
assert compared == ["a", "b"]
