"""What a call leaves set for whatever runs after it: filters of warnings, errors of NumPy.

Only what is there counts: nothing is imported to look at it.
"""

import os
import sys
import warnings

# bound here, so that code which patches builtins cannot change what is seen
from builtins import dict, getattr, len, list, str, type


class Surroundings:
    """Remember the settings of libraries as they are now."""

    def __init__(self):
        self.modules = len(sys.modules)
        self.filters = list(warnings.filters)
        self.numpy = getattr(sys.modules.get("numpy"), "geterr", None) and sys.modules["numpy"]
        self.errors = self.numpy.geterr() if self.numpy else {}

    def restore(self):
        """Put the settings back; return those that were otherwise, as plain values by name.

        Nothing is returned of a call that imported something: modules have settings made, too, and
        it is nobody's business in which call that is. The filters are left to their owner.
        """
        found = {}
        if warnings.filters != self.filters:
            found["warnings.filters"] = [str(each) for each in warnings.filters]
        errors = self.numpy.geterr() if self.numpy else {}
        if errors != self.errors:
            found["numpy.geterr()"] = dict(errors)
            self.numpy.seterr(**self.errors)
        return found if len(sys.modules) == self.modules else {}


def warning(caught):
    """Say what a caught warning is, what it says, and in which file."""
    kind = type(caught.message).__name__
    return kind, str(caught.message), os.path.basename(caught.filename)
