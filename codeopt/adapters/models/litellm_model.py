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
from typing import Any

from codeopt.adapters.models.accounting import estimated, worst_case
from codeopt.adapters.models.failures import HOPELESS, RETRIED, Failure, Kind, classify
from codeopt.config import ModelSettings
from codeopt.model.errors import ModelError
from codeopt.model.evidence import Spend
from codeopt.model.reasons import Code
from codeopt.ports import Reply, Request

_LONGEST_PAUSE = 30.0


class LitellmModel:
    """Implement the LanguageModel port with litellm."""

    def __init__(self, settings: ModelSettings, *, backoff: float = 0.5) -> None:
        self.name = settings.model
        self._settings = settings
        self._backoff = backoff
        self._answered = False

    def complete(self, request: Request) -> Reply:
        """Answer a request; raise ModelError when there is no point in asking again."""
        litellm = _library()
        started = time.monotonic()
        deadline = started + self._settings.call_timeout
        result = self._try(litellm, request, deadline)
        for attempt in range(self._settings.retries):
            if not isinstance(result, Failure) or result.kind not in RETRIED:
                break
            pause = self._pause(result, attempt)
            if time.monotonic() + pause >= deadline:
                break
            time.sleep(pause)
            result = self._try(litellm, request, deadline)
        if isinstance(result, Failure):
            return self._give_up(result, request, time.monotonic() - started)
        self._answered = True
        return self._reply(litellm, result, request, time.monotonic() - started)

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

    def _try(self, litellm: Any, request: Request, deadline: float) -> Any:
        """Call once, in a thread: a server that sends a byte now and then gets no more time."""
        results: queue.SimpleQueue[Any] = queue.SimpleQueue()
        remaining = deadline - time.monotonic()

        def call() -> None:
            try:
                results.put(litellm.completion(**self._arguments(litellm, request)))
            except BaseException as error:
                results.put(classify(error))

        threading.Thread(target=call, name="codeopt-model", daemon=True).start()
        try:
            return results.get(timeout=max(0.0, remaining))
        except queue.Empty:
            seconds = self._settings.call_timeout
            return Failure(Kind.TIMEOUT, f"no answer within {seconds:g} s")

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

    def _reply(self, litellm: Any, response: Any, request: Request, seconds: float) -> Reply:
        try:
            choice = response.choices[0]
            text = choice.message.content or ""
        except (AttributeError, IndexError):
            failure = Failure(Kind.ANSWER, "the endpoint sent an answer without a message")
            return self._give_up(failure, request, seconds)
        return Reply(
            text,
            self._spend(litellm, response, request, text),
            request.digest,
            seconds=seconds,
            truncated=choice.finish_reason == "length",
        )

    def _spend(self, litellm: Any, response: Any, request: Request, text: str) -> Spend:
        usage = getattr(response, "usage", None)
        prompt = int(getattr(usage, "prompt_tokens", 0) or 0)
        completion = int(getattr(usage, "completion_tokens", 0) or 0)
        if not prompt and not completion:
            spend = estimated(request, text)
            return spend + Spend(usd=self.price(spend))
        try:
            usd = litellm.completion_cost(response, model=self._route(litellm))
        except Exception:  # as in price()
            usd = 0.0
        return Spend(float(usd or 0.0), prompt, completion, calls=1)

    def _give_up(self, failure: Failure, request: Request, seconds: float) -> Reply:
        """Raise when no call can work, else return the failure.

        Before the first answer a server that cannot be reached is a wrong setting; later it is a
        bad moment, which costs one sample and not the run.
        """
        per_prompt = failure.kind is Kind.PROMPT
        if failure.kind in HOPELESS or not (self._answered or per_prompt):
            raise self._error(failure)
        spent = Spend(calls=1)
        if failure.kind is Kind.TIMEOUT:  # the provider may bill what nobody read
            spent = worst_case(request)
            spent += Spend(usd=self.price(spent))
        return Reply(
            "", spent, request.digest, seconds=seconds, error=failure.text, code=Code.MODEL_FAILED
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
    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.drop_params = True
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "httpx", "openai"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return litellm
