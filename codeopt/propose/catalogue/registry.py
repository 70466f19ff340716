"""Hold all rewrites in the order in which they are applied to one function."""

from __future__ import annotations

from codeopt.propose.catalogue.rewrite import Rewrite, RewriteInfo
from codeopt.propose.catalogue.rewrites import (
    building,
    calls,
    conditions,
    constants,
    counting,
    dictionaries,
    hoisting,
    iteration,
    keys,
    lookups,
    membership,
    quadratic,
    queues,
    reductions,
    sorting,
    strings,
)

# What lowers the order of growth comes first: it sees the code as it was written. Comprehensions
# come before what looks into loops, local aliases last, on what the others left.
REWRITES: tuple[Rewrite, ...] = (
    *quadratic.REWRITES,
    *counting.REWRITES,
    *building.REWRITES,
    *quadratic.SUMS,
    *membership.REWRITES,
    *keys.REWRITES,
    *queues.REWRITES,
    *sorting.REWRITES,
    *strings.REWRITES,
    *reductions.REWRITES,
    *dictionaries.REWRITES,
    *iteration.REWRITES,
    *conditions.REWRITES,
    *calls.REWRITES,
    *constants.REWRITES,
    *hoisting.REWRITES,
    *lookups.REWRITES,
)


def listing() -> tuple[RewriteInfo, ...]:
    """Describe all rewrites to a reader."""
    return tuple(RewriteInfo(r.name, r.summary, r.before, r.after, r.needs) for r in REWRITES)
