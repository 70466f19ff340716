"""Compare two observations of one call, and name the first thing in which they differ."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from codeopt.model.reasons import Code
from codeopt.verify.observation import Observation, Section, Token

_ORDER = (
    ("exception", Code.EXCEPTION),
    ("kind", Code.TYPE),
    ("result", Code.RESULT),
    ("arguments", Code.MUTATION),
    ("laziness", Code.LAZINESS),
    ("output", Code.OUTPUT),
)
_NOTHING = (Token("", "(nothing)", ""),)
_SEQUENCES = {"list", "tuple", "dict", "iterator"}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Say in what two observations differ: ``path`` names the place, the texts both sides.

    ``vague`` says that the tokens were not at hand, and that looking closely would tell more.
    """

    code: Code
    path: str
    original: str
    candidate: str
    vague: bool = False


def compare(
    original: Observation,
    candidate: Observation,
    *,
    rtol: float = 0.0,
    names: frozenset[str] | None = None,
) -> Mismatch | None:
    """Return the first difference, or None; ``names`` are the globals that count (None: all)."""
    if candidate.kind != original.kind:
        return _kinds(original, candidate)
    differing = [
        (name, code)
        for name, code in _ORDER
        if not _equal(original.section(name), candidate.section(name), rtol)
        and not (name == "kind" and _only_more(original, candidate))
    ]
    if differing:
        name, code = differing[0]
        found = _difference(original.section(name), candidate.section(name), code, name)
        if found.code is Code.ALIASING and any(name == "arguments" for name, _ in differing[1:]):
            return _difference(
                original.section("arguments"), candidate.section("arguments"),
                Code.MUTATION, "arguments",
            )  # fmt: skip
        return found
    if original.pauses and not candidate.pauses:
        return Mismatch(Code.LAZINESS, "the coroutine", "lets others run", "never does")
    return compare_state(original.state, candidate.state, names)


def uncomparable(observation: Observation) -> Mismatch | None:
    """Tell what in an observation cannot be compared at all."""
    if observation.kind == "timeout":
        return Mismatch(Code.TIMEOUT, "the call", "takes too long", "")
    if observation.opaque:
        return Mismatch(Code.UNVERIFIED, observation.opaque[0], "", "")
    return None


def _kinds(original: Observation, candidate: Observation) -> Mismatch:
    code = Code.TIMEOUT if candidate.kind == "timeout" else Code.EXCEPTION
    return Mismatch(code, "the call", outcome(original), outcome(candidate))


def outcome(observation: Observation) -> str:
    """Describe in a few words how a call ended."""
    if observation.kind == "timeout":
        return "does not end in time"
    if observation.kind == "raised":
        return f"raises {_exception(observation.section('exception').tokens or _NOTHING)}"
    tokens = observation.section("result").tokens or ()
    return f"returns {' '.join(_text(token) for token in tokens[:8])[:300] or 'a result'}"


def _exception(tokens: tuple[Token, ...]) -> str:
    """Name an exception and its message, as a traceback ends."""
    kind = tokens[0].text.removeprefix("exception ").partition(" ")[0].removeprefix("builtins.")
    texts = [token.text.partition(" ")[2] for token in tokens[1:4] if token.tag == "str"]
    return f"{kind}: {texts[0]}"[:300] if texts else kind


def _equal(a: Section, b: Section, rtol: float) -> bool:
    if a.digest != b.digest or a.count != b.count or len(a.floats) != len(b.floats):
        return False
    return all(_close(x, y, rtol) for x, y in zip(a.floats, b.floats, strict=True))


def _only_more(original: Observation, candidate: Observation) -> bool:
    """Tell whether a generator takes the place of another iterator: it can do all that one can."""
    kinds = [(side.section("kind").tokens or _NOTHING)[0].text for side in (original, candidate)]
    return kinds == ["str 'iterator'", "str 'generator'"]


def _close(a: float, b: float, rtol: float) -> bool:
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if math.isinf(a) or math.isinf(b):
        return a == b
    return abs(a - b) <= rtol * max(abs(a), abs(b))


def _difference(a: Section, b: Section, code: Code, name: str) -> Mismatch:
    if a.digest == b.digest:
        return _apart(a, b, code, name)
    if a.tokens is None or b.tokens is None:
        texts = (f"{a.count} values, digest {a.digest}", f"{b.count} values, digest {b.digest}")
        return Mismatch(code, name, *texts, vague=True)
    missing = Token(name, "(nothing)", "")
    size = max(len(a.tokens), len(b.tokens))
    pairs = zip(_padded(a.tokens, size, missing), _padded(b.tokens, size, missing), strict=True)
    x, y = next((x, y) for x, y in pairs if (x.text, x.alias) != (y.text, y.alias))
    path = x.path if x is not missing else y.path
    return Mismatch(_code(code, x, y, a, b), path, _text(x), _text(y))


def _apart(a: Section, b: Section, code: Code, name: str) -> Mismatch:
    pairs = zip(a.floats, b.floats, strict=True)
    worst = max(pairs, key=lambda pair: abs(pair[0] - pair[1]) / (abs(pair[0]) or 1.0))
    return Mismatch(code, f"a float in {name}", repr(worst[0]), repr(worst[1]))


def _padded(tokens: tuple[Token, ...], size: int, filler: Token) -> tuple[Token, ...]:
    return tokens + (filler,) * (size - len(tokens))


def _code(code: Code, x: Token, y: Token, a: Section, b: Section) -> Code:
    """Refine the code of a section by the two tokens that differ first."""
    if x.text == y.text or "shared" in (x.text, y.text) or _memory_differs(x, y):
        return Code.ALIASING
    if code is not Code.RESULT:
        return code
    if _permuted(a, b):
        return Code.ORDER
    if x.tag != y.tag and "None" not in (x.tag, y.tag) and "(nothing)" not in (x.text, y.text):
        return Code.TYPE
    if x.tag == y.tag == "object" and x.text.split(" ")[1] != y.text.split(" ")[1]:
        return Code.TYPE
    return code


def _memory_differs(x: Token, y: Token) -> bool:
    """Tell whether two arrays differ in whose memory they use, and at most in layout beside that.

    The last two words of an array's text are its layout.
    """
    if x.alias == y.alias or "in block" not in x.alias + y.alias:
        return False
    return x.text.split(" ")[:-2] == y.text.split(" ")[:-2]


def _permuted(a: Section, b: Section) -> bool:
    if a.tokens is None or b.tokens is None or not {t.tag for t in a.tokens} & _SEQUENCES:
        return False
    return sorted(t.text for t in a.tokens) == sorted(t.text for t in b.tokens)


def _text(token: Token) -> str:
    if token.text == "shared":
        return f"the same object as another part ({token.alias})"
    return f"{token.text} (shared {token.alias})" if token.alias else token.text


def compare_state(
    original: Mapping[str, str], candidate: Mapping[str, str], names: frozenset[str] | None
) -> Mismatch | None:
    """Compare the globals that were changed."""
    for name in sorted(set(original) | set(candidate)):
        before, after = original.get(name), candidate.get(name)
        if before != after and (names is None or name in names):
            was, now = ("changed" if side else "unchanged" for side in (before, after))
            return Mismatch(Code.GLOBAL_STATE, f"global {name}", was, now)
    return None
