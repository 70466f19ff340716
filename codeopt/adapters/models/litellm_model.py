"""Ask any provider, or any OpenAI-compatible endpoint, through litellm.

litellm takes seconds to import, so that happens with the first call. Its own retries, caches,
telemetry and look-ups of prices over the network are off: one call of ``complete`` is one deadline,
within which this adapter retries what is worth retrying.
"""

from __future__ import annotations

import importlib
import logging
import math
import os
import queue
import random
import threading
import time
import warnings
from dataclasses import dataclass, field, replace
from typing import Any

from codeopt.adapters.models.accounting import estimated, worst_case
from codeopt.adapters.models.budget import Purse
from codeopt.adapters.models.failures import HOPELESS, RETRIED, Failure, Kind, classify
from codeopt.config import ModelSettings
from codeopt.model.errors import ModelError
from codeopt.model.evidence import Spend
from codeopt.model.reasons import Code
from codeopt.ports import Reply, Request

_LONGEST_PAUSE = 30.0
# what is longer than any text of so many tokens is cut: nobody asked for it
_TEXT_OF_A_TOKEN = 64


@dataclass(slots=True)
class _Call:
    """Hold one call under way; ``spent`` adds up its tries, ``worst`` is what one can cost."""

    request: Request
    worst: Spend
    started: float
    deadline: float
    spent: Spend = field(default_factory=Spend)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started


class LitellmModel:
    """Implement the LanguageModel port with litellm.

    Each try draws on the ``purse``: one whose answer broke off may have been billed, and counts at
    its worst.
    """

    def __init__(
        self, settings: ModelSettings, *, purse: Purse | None = None, backoff: float = 0.5
    ) -> None:
        self.name = settings.model
        self._settings = settings
        self._purse = purse or Purse()
        self._backoff = backoff
        self._answered = False

    def require_provider(self) -> None:
        """Raise ModelError when the name is of no provider; nobody is asked."""
        litellm = _library()
        try:
            litellm.get_llm_provider(self._route(litellm))
        except Exception as error:  # litellm's errors are those of a call
            raise self._error(replace(classify(error), kind=Kind.MODEL)) from None

    def complete(self, request: Request) -> Reply:
        """Answer a request; raise ModelError when there is no point in asking again."""
        litellm = _library()
        started, worst = time.monotonic(), worst_case(request)
        worst = replace(worst, usd=self.price(worst))
        call = _Call(request, worst, started, started + self._settings.call_timeout)
        result = self._paid(litellm, call)
        for attempt in range(self._settings.retries):
            if not isinstance(result, Failure) or result.kind not in RETRIED:
                break
            pause = self._pause(result, attempt)
            if time.monotonic() + pause >= call.deadline:
                break
            time.sleep(pause)
            again = self._paid(litellm, call)
            if isinstance(again, Failure) and again.kind is Kind.BUDGET:
                break
            result = again
        if isinstance(result, Failure):
            return self._give_up(result, call)
        self._answered = True
        return self._reply(result, call)

    def price(self, spend: Spend) -> float:
        """Return what tokens cost in US dollars; 0 where the price is unknown."""
        litellm = _library()
        try:
            prompt, completion = litellm.cost_per_token(
                model=self._route(litellm),
                prompt_tokens=spend.prompt_tokens,
                completion_tokens=spend.completion_tokens,
            )
            return float(prompt) + float(completion)
        except Exception:  # litellm raises a bare Exception for a model without a price
            return 0.0

    def _route(self, litellm: Any) -> str:
        """Name the model as litellm wants it: ``provider/model``."""
        name, base = self._settings.model, self._settings.api_base
        provider = name.partition("/")[0] if "/" in name else ""
        if base and provider not in {str(each) for each in _providers(litellm)}:
            return f"openai/{name}"
        return name

    def _paid(self, litellm: Any, call: _Call) -> Any:
        """Try once within the budget; return the response, or why there is none."""
        reserved = self._purse.reserve(call.worst)
        if isinstance(reserved, str):
            return Failure(Kind.BUDGET, reserved)
        cost = call.worst  # until it is known: Ctrl-C leaves a call that may be billed
        try:
            result = self._try(litellm, call)
            cost = self._cost(litellm, result, call)
            call.spent += cost
            return result
        finally:
            self._purse.settle(reserved, cost)

    def _try(self, litellm: Any, call: _Call) -> Any:
        """Ask in a thread: a server that sends a byte now and then gets no more time."""
        results: queue.SimpleQueue[Any] = queue.SimpleQueue()
        remaining = call.deadline - time.monotonic()

        def ask() -> None:
            try:
                response = litellm.completion(**self._arguments(litellm, call.request))
                results.put(_unread(response) or response)
            except BaseException as error:
                results.put(classify(error))

        threading.Thread(target=ask, name="codeopt-model", daemon=True).start()
        try:
            return results.get(timeout=max(0.0, remaining))
        except queue.Empty:
            seconds = self._settings.call_timeout
            return Failure(Kind.TIMEOUT, f"no answer within {seconds:g} s", billed=True)

    def _arguments(self, litellm: Any, request: Request) -> dict[str, Any]:
        route, base = self._route(litellm), self._settings.api_base
        arguments: dict[str, Any] = {
            "model": route,
            "messages": [{"role": m.role, "content": m.content} for m in request.messages],
            "temperature": request.temperature,
            "max_tokens": request.max_tokens,
            # whole seconds, always the same: litellm keeps one HTTP client for each value
            "timeout": math.ceil(self._settings.call_timeout),
            "stream": False,
            "max_retries": 0,
            "num_retries": 0,
            "drop_params": True,
        }
        if base:
            arguments["api_base"] = base
            if route.startswith("openai/") and not os.environ.get("OPENAI_API_KEY"):
                arguments["api_key"] = "none"  # local servers want no key, the client insists
        return arguments

    def _pause(self, failure: Failure, attempt: int) -> float:
        if failure.retry_after is not None:
            return failure.retry_after
        longest = min(self._backoff * 2.0**attempt, _LONGEST_PAUSE)
        return longest * random.uniform(0.5, 1.0)

    def _reply(self, response: Any, call: _Call) -> Reply:
        choice = response.choices[0]
        text = choice.message.content or ""
        longest = _TEXT_OF_A_TOKEN * call.request.max_tokens
        return Reply(
            text[:longest],
            replace(call.spent, calls=1),
            call.request.digest,
            seconds=call.seconds,
            truncated=choice.finish_reason == "length" or len(text) > longest,
        )

    def _cost(self, litellm: Any, result: Any, call: _Call) -> Spend:
        """Return what a try has cost: where nobody can know, the most that it can."""
        if isinstance(result, Failure):
            return call.worst if result.billed else Spend()
        usage = getattr(result, "usage", None)
        prompt = _count(getattr(usage, "prompt_tokens", 0))
        completion = _count(getattr(usage, "completion_tokens", 0))
        if not prompt and not completion:
            spend = estimated(call.request, result.choices[0].message.content or "")
            return replace(spend, usd=self.price(spend))
        try:
            usd = float(litellm.completion_cost(result, model=self._route(litellm)) or 0.0)
        except Exception:  # as in price()
            usd = 0.0
        return Spend(max(usd, 0.0), prompt, completion, calls=1)

    def _give_up(self, failure: Failure, call: _Call) -> Reply:
        """Raise when no call can work, else return the failure.

        Before the first answer a server that cannot be reached is a wrong setting; later it is a
        bad moment, which costs one sample and not the run.
        """
        digest = call.request.digest
        if failure.kind is Kind.BUDGET:
            return Reply("", Spend(), digest, error=failure.text, code=Code.BUDGET)
        per_prompt = failure.kind is Kind.PROMPT
        if failure.kind in HOPELESS or not (self._answered or per_prompt):
            raise self._error(failure)
        spent = replace(call.spent, calls=1)
        return Reply(
            "", spent, digest, seconds=call.seconds, error=failure.text, code=Code.MODEL_FAILED
        )

    def _error(self, failure: Failure) -> ModelError:
        base = self._settings.api_base
        where = f"{self.name} at {base}" if base else self.name
        message, hint = _WORDING[failure.kind]
        if failure.kind is Kind.KEY:
            hint = f"set {self._key_names()} in the environment"
        return ModelError(message.format(where=where, text=failure.text), hint=hint)

    def _key_names(self) -> str:
        litellm = _library()
        route = self._route(litellm)
        try:
            found = litellm.validate_environment(model=route)
            missing = [str(name) for name in found.get("missing_keys") or ()]
        except Exception:  # an unknown provider has no known variable
            missing = []
        provider = route.partition("/")[0] if "/" in route else "openai"
        return " or ".join(missing) or f"{provider.upper().replace('-', '_')}_API_KEY"


_WORDING = {
    Kind.KEY: ("the key for {where} is missing or was refused: {text}", ""),
    Kind.MODEL: (
        "{where} cannot be asked: {text}",
        "check --model (provider/name) and --api-base (does it end in /v1?)",
    ),
    Kind.QUOTA: ("the account for {where} has no credit left: {text}", "add credit, or --model"),
    Kind.REQUEST: ("{where} refused the request: {text}", "check --model and --reply-tokens"),
    Kind.RATE: ("{where} stayed rate limited: {text}", "wait, or raise --call-timeout"),
    Kind.SERVER: ("{where} keeps failing: {text}", "try again later, or another --model"),
    Kind.CONNECTION: ("{where} cannot be reached: {text}", "is it running? check --api-base"),
    Kind.TIMEOUT: ("{where} gave no answer: {text}", "raise --call-timeout"),
    Kind.ANSWER: (
        "{where} does not speak the OpenAI protocol: {text}",
        "check --api-base (does it end in /v1?)",
    ),
}


def _unread(response: Any) -> Failure | None:
    """Say that a response holds no message, if so."""
    try:
        content = response.choices[0].message.content
    except (AttributeError, IndexError, TypeError):
        content = 0
    if content is None or isinstance(content, str):
        return None
    return Failure(Kind.ANSWER, "the endpoint sent an answer without a message", billed=True)


def _count(value: Any) -> int:
    """Read a number of tokens; what is none, or below 0, was not counted."""
    return value if isinstance(value, int) and value > 0 else 0


def _providers(litellm: Any) -> list[Any]:
    return [getattr(each, "value", each) for each in litellm.provider_list]


def _library() -> Any:
    """Import litellm, quiet and offline."""
    quiet = {
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_MODE": "PRODUCTION",  # else it loads .env of the working directory
        "LITELLM_LOG": "ERROR",
    }
    for name, value in quiet.items():
        os.environ.setdefault(name, value)
    try:
        litellm: Any = importlib.import_module("litellm")
    except ImportError as error:
        raise ModelError(
            "asking a model needs litellm, which is not installed",
            hint="pip install 'codeopt[model]'",
        ) from error
    # litellm's own types and a response of others than the protocol's are this adapter's business;
    # litellm says so once, when it is imported, and what resets the filters (pytest) undoes that
    for message in ("Pydantic serializer warnings", ".*`ReadOnly` qualifier"):
        warnings.filterwarnings("ignore", message=message)
    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.drop_params = True
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "httpx", "openai"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return litellm
