# kind: exceptions
# reason: exception-differs, result-differs, mutation-differs
# --- original
def apply(steps, state):
    """Apply named steps to a list; unknown ones raise KeyError before anything is done."""
    known = {"push": lambda: state.append(1), "clear": state.clear}
    for step in steps:
        if step not in known:
            raise KeyError(step)
    for step in steps:
        known[step]()
    return state
# --- tests
assert apply(["push"], []) == [1]
assert apply(["push", "clear"], [5]) == []
try:
    apply(["push", "nothing"], [])
except KeyError:
    pass
# --- rewrite
def apply(steps, state):
    """Apply named steps to a list; unknown ones raise KeyError before anything is done."""
    known = {"push": lambda: state.append(1), "clear": state.clear}
    for step in steps:
        known[step]()
    return state
# --- witness
state = []
try:
    apply(["push", "nothing"], state)
except KeyError:
    pass
assert state == []
