"""Tell apart how a model call failed, and word it in one line without any key in it.

litellm maps the errors of all providers to the classes of OpenAI's client, but not always rightly
(a refused connection and a missing key both come out as status 500), so the whole chain of causes
is looked at. Classes are compared by name: nothing of litellm is imported here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from time import time

from codeopt.redact import REDACTED, redact


class Kind(StrEnum):
    """Name the ways in which a call fails."""

    KEY = "key"
    MODEL = "model"
    QUOTA = "quota"
    REQUEST = "request"
    PROMPT = "prompt"
    RATE = "rate"
    SERVER = "server"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    ANSWER = "answer"
    BUDGET = "budget"


HOPELESS = frozenset({Kind.KEY, Kind.MODEL, Kind.QUOTA})
RETRIED = frozenset({Kind.RATE, Kind.SERVER, Kind.CONNECTION})


@dataclass(frozen=True, slots=True)
class Failure:
    """Hold one failed try; ``retry_after`` is what the server asked for, in seconds.

    ``billed``: the request got through, so that the provider may bill an answer nobody could read.
    """

    kind: Kind
    text: str
    retry_after: float | None = None
    billed: bool = False


_PROMPT = {"ContextWindowExceededError", "ContentPolicyViolationError"}
_TIMEOUT = {"APITimeoutError", "TimeoutException", "TimeoutError"}
_NETWORK = {"NetworkError", "ProtocolError", "ConnectionError", "gaierror", "SSLError"}
_NEVER_SENT = {"ConnectError", "gaierror", "SSLError"}
_READ = {Kind.TIMEOUT, Kind.ANSWER}
_BY_STATUS = {
    400: Kind.REQUEST,
    401: Kind.KEY,
    402: Kind.QUOTA,
    403: Kind.KEY,
    404: Kind.MODEL,
    405: Kind.MODEL,
    413: Kind.PROMPT,
    422: Kind.REQUEST,
    429: Kind.RATE,
}
_BY_TEXT = (
    (re.compile(r"context[ _]length|context window|context size|too long", re.I), Kind.PROMPT),
    (re.compile(r"missing credentials|no api[ _-]?key|api[ _-]?key .*not set", re.I), Kind.KEY),
    (re.compile(r"insufficient_quota|exceeded your current quota", re.I), Kind.QUOTA),
    (re.compile(r"provider not provided|model_not_found|is not a valid model", re.I), Kind.MODEL),
    (
        re.compile(
            r"invalid response (?:from|object)|expecting |jsondecode|unterminated string"
            r"|codec can't decode|that is not a list|extra data: ",
            re.I,
        ),
        Kind.ANSWER,
    ),
)


def classify(error: BaseException) -> Failure:
    """Say what went wrong in a call."""
    chain = _chain(error)
    names = {base.__name__ for each in chain for base in type(each).__mro__}
    text = one_line(str(error)) or type(error).__name__
    kind = _kind(error, names, str(error))
    billed = kind in _READ or (kind is Kind.CONNECTION and not names & _NEVER_SENT)
    return Failure(kind, text, _retry_after(chain), billed)


def one_line(text: str) -> str:
    """Shorten an error text to one line without keys and without the names of wrappers."""
    line = " ".join(_keyless(text.partition("Traceback (most recent call last)")[0]).split())
    while (stripped := _WRAPPER.sub("", line)) != line:
        line = stripped
    return line if len(line) <= 240 else line[:239] + "…"


def _keyless(text: str) -> str:
    """Take out more than elsewhere: no error needs what only looks like a key, or a part of one."""
    return _SIMILAR.sub(REDACTED, redact(text))


_WRAPPER = re.compile(r"^(?:litellm\.)?\w*(?:Error|Exception|Timeout)\s*[:-]\s*(?=\S)")
_SIMILAR = re.compile(r"\b(?:sk|pk|rk|gsk|xai|hf|ghp|AIza)[-_]?[A-Za-z0-9*_-]{12,}|(?<=Bearer )\S+")


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or current.__context__
    return found


def _kind(error: BaseException, names: set[str], text: str) -> Kind:
    if names & _PROMPT:
        return Kind.PROMPT
    if names & _TIMEOUT:
        return Kind.TIMEOUT
    if "DecodingError" in names:
        return Kind.ANSWER
    if names & _NETWORK:
        return Kind.CONNECTION
    by_text = next((kind for pattern, kind in _BY_TEXT if pattern.search(text)), None)
    status = getattr(error, "status_code", None)
    return by_text or _BY_STATUS.get(status or 0, Kind.SERVER)


def _retry_after(chain: list[BaseException]) -> float | None:
    for error in chain:
        response = getattr(error, "response", None)
        for headers in (
            getattr(error, "litellm_response_headers", None),
            getattr(response, "headers", None),
        ):
            value = headers.get("retry-after") if headers else None
            if value:
                return _seconds(str(value))
    return None


def _seconds(value: str) -> float | None:
    """Read a Retry-After header: seconds, or a date."""
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except (TypeError, ValueError):
        return None
