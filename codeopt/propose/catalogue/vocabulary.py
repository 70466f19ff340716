"""List what is known of Python's own names: which methods read, which change, which give what."""

from __future__ import annotations

import builtins


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


IMMUTABLE = words("str int float bool bytes NoneType frozenset range")
TO_STR = words(
    "lower upper strip lstrip rstrip title capitalize casefold swapcase replace join zfill ljust "
    "rjust center expandtabs translate format removeprefix removesuffix"
)
TO_BOOL = words(
    "startswith endswith isalpha isdigit isalnum isspace isupper islower istitle isdecimal "
    "isnumeric isidentifier isascii isprintable"
)
TO_INT = words("find rfind index rindex count")
TO_LIST = words("split rsplit splitlines")
TO_TUPLE = words("partition rpartition")
STR_METHODS = TO_STR | TO_BOOL | TO_INT | TO_LIST | TO_TUPLE | {"encode"}
READERS = STR_METHODS | words(
    "get keys values items copy group groups groupdict span start end union intersection "
    "difference issubset issuperset isdisjoint symmetric_difference match search fullmatch "
    "findall most_common elements bit_length is_integer total_seconds isoformat"
)
MUTATORS = words(
    "append extend insert pop popleft appendleft remove clear sort reverse add discard update "
    "setdefault popitem rotate extendleft difference_update intersection_update "
    "symmetric_difference_update"
)
EXCEPTIONS = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
)
QUIET_BUILTINS = EXCEPTIONS | words(
    "abs all any ascii bin bool bytes callable chr complex dict divmod enumerate filter float "
    "format frozenset getattr hasattr hash hex id int isinstance issubclass iter len list map max "
    "min oct ord pow print range repr reversed round set slice sorted str sum tuple type zip"
)
QUIET_MODULES = (
    "math.", "operator.", "itertools.", "re.", "heapq.nsmallest", "heapq.nlargest",
    "collections.", "copy.", "string.", "decimal.Decimal", "fractions.Fraction",
    "functools.partial", "functools.reduce", "unicodedata.", "bisect.bisect", "datetime.",
    "textwrap.",
)  # fmt: skip
# methods that hand out neither their object nor a view of it for keeping
KEEPING_METHODS = words(
    "append extend insert pop popleft appendleft remove clear sort reverse add discard update "
    "keys values items get setdefault index count join startswith endswith union intersection "
    "difference issubset issuperset isdisjoint most_common rotate extendleft strip lower upper "
    "split"
)
READING_BUILTINS = words(
    "len sum min max sorted any all list tuple set frozenset dict str repr enumerate reversed zip "
    "bool isinstance range print"
)
