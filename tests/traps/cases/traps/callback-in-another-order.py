# kind: output and warnings
# reason: output-differs, mutation-differs, order-differs
# --- original
class Listener:
    """Remember what was said."""

    def __init__(self):
        self.heard = []

    def hear(self, what):
        """Take it in."""
        self.heard.append(what)


def announce(listener, names):
    """Tell a listener all names, then how many there were."""
    for name in names:
        listener.hear(name)
    listener.hear(len(names))
# --- tests
listener = Listener()
announce(listener, ["a"])
assert set(listener.heard) == {"a", 1}
# --- rewrite
def announce(listener, names):
    """Tell a listener all names, then how many there were."""
    listener.heard += [len(names), *names]
# --- witness
listener = module.Listener()
announce(listener, ["a"])
assert listener.heard == ["a", 1]
