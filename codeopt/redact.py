"""Take keys and passwords out of text that leaves: prompts, journal, reports, messages.

Found are values of environment variables that are named like secrets, and texts that have the
documented form of some service's key. Names and prose that only look similar are let be: what is
taken out of source code is missing to whoever reads it.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import Any

REDACTED = "[redacted]"
_LEAST = 8
_NAME = re.compile(
    r"(?:^|_)(?:\w*(?:API|ACCESS|PRIVATE|SECRET)_?KEY|KEY|\w*TOKEN|SECRET|PASSWORD|PASSWD|PASS"
    r"|CREDENTIALS?|AUTH)(?:_|$)",
    re.I,
)
_HARMLESS = re.compile(r"true|false|none|\d+|[a-z]+|(?:/[\w.+-]+)+/?", re.I)
# after an escape, as in a quoted text, a key begins in the middle of what looks like a word
_START = r"(?:(?<!\w)|(?<=\\[nrtbf])|(?<=\\x[\da-f]{2})|(?<=\\u[\da-f]{4}))"
_FORMS = re.compile(
    r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"
    r"(?:(?:[\w+/=\s:,.-]|\\[nrt])*?-----END (?:[A-Z]+ )*PRIVATE KEY-----|[\w+/=\s:,.-]*)"
    r"|" + _START + r"(?:"
    r"sk-(?=[\w*-]*\d)[\w*-]{20,}"  # OpenAI, Anthropic, OpenRouter, DeepSeek
    r"|[srp]k_(?:live|test)_\w{16,}"  # Stripe
    r"|(?:gsk_|hf_|nvapi-|xai-|r8_|pplx-|tgp_v1_)(?=[\w-]*\d)[\w-]{20,}"
    r"|AIza[\w-]{35}"  # Google
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}\b"  # AWS
    r"|gh[pousr]_\w{36,}|github_pat_\w{22,}|glpat-[\w-]{20,}"
    r"|xox[abeoprs]-[\w-]{10,}|SG\.[\w-]{16,}\.[\w-]{16,}"  # Slack, SendGrid
    r"|npm_\w{36}\b|pypi-AgE[\w-]{16,}|dop_v1_[0-9a-f]{64}\b"
    r"|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"  # a signed JSON web token, RFC 7519
    r")"
    r"|(?<=Bearer )[\w.~+/*-]{8,}=*"
    r"|(?<=AccountKey=)[\w+/]{40,}=*"
    r"|(?<=://)[^\s/:@\"'\\<>{}%]{1,64}:[^\s/:@\"'\\<>{}%]{3,}(?=@[\w.-])",
)


# one of these is in whatever has such a form: most texts need no further look
_MARKS = re.compile(
    r"-----BEGIN|sk-|k_(?:live|test)_|gsk_|hf_|nvapi-|xai-|r8_|pplx-|tgp_|AIza|AKIA|ASIA|gh[pousr]_"
    r"|github_pat_|glpat-|xox|SG\.|npm_|pypi-|dop_|eyJ|Bearer|AccountKey|://"
)


def redact(text: str) -> str:
    """Replace everything in a text that is, or has the form of, a key."""
    for value in _values():
        text = text.replace(value, REDACTED)
    return _FORMS.sub(REDACTED, text) if _MARKS.search(text) else text


def redacted(value: Any) -> Any:
    """Redact all texts in a JSON value; names of fields stay."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {name: redacted(each) for name, each in value.items()}
    return [redacted(each) for each in value] if isinstance(value, list | tuple) else value


def _values() -> list[str]:
    """List the secrets of the environment, the longest first: one may hold another."""
    named = [os.environ.get(name, "") for name in os.environ if _is_secret(name)]
    found = {each for each in named if len(each) >= _LEAST and not _HARMLESS.fullmatch(each)}
    return sorted(found, key=len, reverse=True)


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    return bool(_NAME.search(name))
