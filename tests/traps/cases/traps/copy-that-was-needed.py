# kind: mutation of arguments
# reason: mutation-differs, result-differs
# --- original
class Group:
    """Hold members."""

    def __init__(self, members):
        self.members = members

    def leave(self, member):
        """Take a member out."""
        self.members.remove(member)

    def dissolve(self):
        """Let all members leave; return how many there were."""
        count = 0
        for member in list(self.members):
            self.leave(member)
            count += 1
        return count
# --- tests
group = Group(["a"])
assert group.dissolve() == 1 and group.members == []
assert Group([]).dissolve() == 0
# --- rewrite
class Group:
    """Hold members."""

    def __init__(self, members):
        self.members = members

    def leave(self, member):
        """Take a member out."""
        self.members.remove(member)

    def dissolve(self):
        """Let all members leave; return how many there were."""
        count = 0
        for member in self.members:
            self.leave(member)
            count += 1
        return count
# --- witness
group = module.Group(["a", "b"])
group.dissolve()
assert group.members == []
