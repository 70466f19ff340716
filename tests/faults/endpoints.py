"""What an endpoint can do wrong, and what codeopt makes of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from codeopt.adapters.models.accounting import estimated, worst_case
from codeopt.adapters.models.budget import Purse
from codeopt.adapters.models.litellm_model import LitellmModel
from codeopt.config import ModelSettings
from codeopt.ports import Message, Reply, Request
from tests.support.endpoint import Act, Endpoint, cut, error, garbage, reset, stall, text, trickle

ANSWER, NONE = "the answer", "no answer"
TOLD, GUESSED, WORST, NOTHING = "as told", "guessed", "at its worst", "nothing"
REQUEST = Request((Message("system", "be brief"), Message("user", "hello")), "some-model")
DEADLINE = 1.0
_FINE = text("fine")


@dataclass(frozen=True, slots=True)
class Case:
    """Hold one fault; ``asks`` counts the tries with one retry, ``cost`` is that of each."""

    name: str
    act: Act
    outcome: str
    asks: int
    cost: str


def _changed(**fields: Any) -> Act:
    return Act(body=json.dumps({**json.loads(_FINE.body), **fields}).encode())


def _message(**fields: Any) -> Act:
    document = json.loads(_FINE.body)
    document["choices"][0].update(fields)
    return Act(body=json.dumps(document).encode())


def _usage(prompt: Any, completion: Any) -> Act:
    return _changed(usage={"prompt_tokens": prompt, "completion_tokens": completion})


def _typed(kind: str, body: bytes = _FINE.body) -> Act:
    return Act(body=body, headers=(("Content-Type", kind),))


CASES = (
    Case("no answer before the deadline", stall(60), NONE, 1, WORST),
    Case("a byte now and then, for ever", trickle(0.05), NONE, 1, WORST),
    Case("408", error(408, "timeout"), NONE, 1, WORST),
    Case("504", error(504, "timeout"), NONE, 1, WORST),
    Case("reset before an answer", reset(), NONE, 2, WORST),
    Case("reset in the middle of an answer", cut("x" * 999), NONE, 2, WORST),
    Case("closed in the middle of an answer", cut("x" * 999, rough=False), NONE, 2, WORST),
    Case("429", error(429, "slow down"), NONE, 2, NOTHING),
    Case("429, Retry-After: 0", error(429, "slow down", retry_after="0"), NONE, 2, NOTHING),
    Case("429, Retry-After: 3600", error(429, "wait", retry_after="3600"), NONE, 1, NOTHING),
    Case("429, Retry-After: soon", error(429, "wait", retry_after="soon"), NONE, 2, NOTHING),
    Case("429, Retry-After: inf", error(429, "wait", retry_after="inf"), NONE, 1, NOTHING),
    Case(
        "429, Retry-After in the past",
        error(429, "wait", retry_after="Wed, 21 Oct 2015 07:28:00 GMT"),
        NONE,
        2,
        NOTHING,
    ),
    Case("500", error(500, "boom"), NONE, 2, NOTHING),
    Case("503 with a page of HTML", Act(status=503, body=b"<html>"), NONE, 2, NOTHING),
    Case("529", error(529, "overloaded"), NONE, 2, NOTHING),
    Case("JSON cut off", Act(body=_FINE.body[:-30]), NONE, 1, WORST),
    Case("a body of nothing", Act(body=b""), NONE, 1, WORST),
    Case("a page of HTML", garbage(), NONE, 1, WORST),
    Case("bytes that are no UTF-8", Act(body=_FINE.body.replace(b"fine", b"\xff")), NONE, 1, WORST),
    Case("said to be gzip", Act(body=_FINE.body, headers=(("Content-Encoding", "gzip"),)), NONE, 1,
         WORST),
    Case("JSON of another shape", Act(body=b"[]"), NONE, 1, WORST),
    Case("a stream nobody asked for", _typed("text/event-stream", b"data: {}\n\n"), NONE, 1, WORST),
    Case("content type text/html", _typed("text/html"), ANSWER, 1, TOLD),
    Case("no content type", _typed(""), ANSWER, 1, TOLD),
    Case("no choices", _changed(choices=[]), NONE, 1, WORST),
    Case("choices of another type", _changed(choices=7), NONE, 1, WORST),
    Case("no message", _message(message=None), NONE, 1, WORST),
    Case("a list for content", _message(message={"role": "a", "content": [1]}), NONE, 1, WORST),
    Case("an odd reason to end", _message(finish_reason="fate"), ANSWER, 1, TOLD),
    Case("an answer of 10 MB", text("x" * (10 << 20)), "its start", 1, TOLD),
    Case("no usage", text("fine", usage=None), ANSWER, 1, GUESSED),
    Case("usage null", _changed(usage=None), ANSWER, 1, GUESSED),
    Case("usage of 0", _usage(0, 0), ANSWER, 1, GUESSED),
    Case("usage below 0", _usage(-500, -1), ANSWER, 1, GUESSED),
    Case("usage that is text", _usage("many", "few"), NONE, 1, WORST),
    Case("usage of half a token", _usage(1.5, 2.5), NONE, 1, WORST),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold what became of a case: the reply, how often was asked, what the purse holds."""

    case: Case
    reply: Reply
    asks: int
    spent: int
    seconds: float

    @property
    def outcome(self) -> str:
        """Name the reply as the cases do."""
        if self.reply.error:
            return NONE
        return "its start" if self.reply.truncated else ANSWER

    @property
    def cost(self) -> str:
        """Name the cost of each try as the cases do."""
        tokens = {
            TOLD: 150,
            GUESSED: estimated(REQUEST, "fine").tokens,
            WORST: worst_case(REQUEST).tokens,
            NOTHING: 0,
        }
        names = (name for name, each in tokens.items() if each * self.asks == self.spent)
        return next(names, f"{self.spent} tokens")


def meet(cases: tuple[Case, ...] = CASES) -> Iterator[Seen]:
    """Let a model that has answered before meet each fault, with one retry."""
    settings = ModelSettings(model="some-model", retries=1, call_timeout=60.0)
    for case in cases:
        with Endpoint([text("first"), case.act]) as endpoint:
            purse = Purse()
            patient = replace(settings, api_base=endpoint.url)
            model = LitellmModel(patient, purse=purse, backoff=0.01)
            model.complete(REQUEST)  # slow: litellm imports what it needs
            if case.act.stall or case.act.drip:  # all others answer, however busy the machine is
                model._settings = replace(patient, call_timeout=DEADLINE)
            started, before = time.monotonic(), purse.spent.tokens
            reply = model.complete(REQUEST)
            seconds, spent = time.monotonic() - started, purse.spent.tokens - before
            yield Seen(case, reply, len(endpoint.asks) - 1, spent, seconds)
