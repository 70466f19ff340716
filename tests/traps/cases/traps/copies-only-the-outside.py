# kind: aliasing
# reason: aliasing-differs
# --- original
import copy


def forked(config):
    """Return a copy that shares nothing with a configuration."""
    return copy.deepcopy(config)
# --- tests
assert forked({"a": [1]}) == {"a": [1]}
# --- rewrite
def forked(config):
    """Return a copy that shares nothing with a configuration."""
    return dict(config)
# --- witness
config = {"a": [1]}
forked(config)["a"].append(2)
assert config == {"a": [1]}
