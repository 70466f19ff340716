"""The real litellm against a loopback endpoint that misbehaves on demand."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from codeopt.adapters.models.accounting import worst_case
from codeopt.adapters.models.budget import Purse
from codeopt.adapters.models.litellm_model import LitellmModel
from codeopt.config import ModelSettings
from codeopt.model.errors import ModelError, PreconditionError
from codeopt.model.reasons import Code
from codeopt.ports import Message, Request
from tests.faults import endpoints
from tests.support.endpoint import Act, Endpoint, cut, error, garbage, reset, stall, text

KEY = "sk-this-is-the-secret-key-of-the-user"
REQUEST = Request((Message("system", "be brief"), Message("user", "hello")), "some-model")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if "KEY" in name]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def model(
    endpoint: Endpoint | None = None, *, purse: Purse | None = None, **changes: object
) -> LitellmModel:
    base = endpoint.url if endpoint else ""
    settings = ModelSettings(model="some-model", api_base=base, retries=2, call_timeout=30.0)
    changed = replace(settings, **changes)  # type: ignore[arg-type]
    return LitellmModel(changed, purse=purse, backoff=0.01)


@pytest.fixture
def closed_port() -> str:
    with Endpoint([text("")]) as endpoint:
        url = endpoint.url
    return url


def test_an_answer_comes_with_its_spend_and_nothing_streams() -> None:
    with Endpoint([text("hi there", usage=(11, 7))]) as endpoint:
        reply = model(endpoint).complete(REQUEST)
    assert (reply.text, reply.error, reply.request) == ("hi there", "", REQUEST.digest)
    assert (reply.spend.prompt_tokens, reply.spend.completion_tokens) == (11, 7)
    assert (reply.spend.calls, reply.spend.usd, reply.spend.estimated) == (1, 0.0, 0)
    (ask,) = endpoint.asks
    assert ask.path == "/v1/chat/completions"
    assert ask.body["model"] == "some-model"
    assert not ask.body.get("stream")
    assert ask.body["messages"][0] == {"role": "system", "content": "be brief"}
    assert (ask.body["max_tokens"], ask.body["temperature"]) == (4096, 0.8)
    assert ask.headers["Authorization"] == f"Bearer {KEY}"


def test_what_litellm_warns_of_its_own_types_is_not_a_failed_call() -> None:
    ask = """
import sys, warnings
from tests.adapters.models.test_litellm_model import REQUEST, LitellmModel, ModelSettings
import litellm
warnings.resetwarnings()
warnings.simplefilter("error", UserWarning)
settings = ModelSettings(model="some-model", api_base=sys.argv[1], retries=0, call_timeout=30.0)
print(LitellmModel(settings).complete(REQUEST).text)
"""
    with Endpoint([text("hi there")]) as endpoint:
        command = [sys.executable, "-c", ask, endpoint.url]
        asked = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert (asked.returncode, asked.stdout) == (0, "hi there\n"), asked.stderr


def test_a_known_price_is_charged() -> None:
    with Endpoint([text("x", usage=(1000, 1000), model="gpt-4o-2024-08-06")]) as endpoint:
        priced = model(endpoint, model="gpt-4o-2024-08-06")
        reply = priced.complete(REQUEST)
    assert reply.spend.usd == pytest.approx(0.0125)
    assert priced.price(reply.spend) == pytest.approx(0.0125)


def test_tokens_that_nobody_counted_are_estimated_and_marked() -> None:
    with Endpoint([text("0123456789", usage=None)]) as endpoint:
        spend = model(endpoint).complete(REQUEST).spend
    assert (spend.prompt_tokens, spend.completion_tokens) == (4 + 3 + 4 + 2, 4)
    assert spend.estimated == 1


def test_an_answer_that_was_cut_off_says_so() -> None:
    with Endpoint([text("def f(", finish="length")]) as endpoint:
        assert model(endpoint).complete(REQUEST).truncated


@pytest.mark.parametrize("answer", ["", "No code, sorry."])
def test_an_answer_without_code_is_still_an_answer(answer: str) -> None:
    with Endpoint([text(answer)]) as endpoint:
        reply = model(endpoint).complete(REQUEST)
    assert (reply.text, reply.error) == (answer, "")


@pytest.mark.parametrize(
    "fault", [error(500), error(503), error(429, retry_after="0"), error(429), reset()]
)
def test_what_may_pass_is_tried_again(fault: Act) -> None:
    with Endpoint([fault, fault, text("at last")]) as endpoint:
        assert model(endpoint).complete(REQUEST).text == "at last"
    assert len(endpoint.asks) == 3


def test_retry_after_is_honoured() -> None:
    with Endpoint([error(429, retry_after="1"), text("ok")]) as endpoint:
        started = time.monotonic()
        assert model(endpoint).complete(REQUEST).text == "ok"
    assert time.monotonic() - started >= 1


def test_a_pause_beyond_the_deadline_is_not_waited_for() -> None:
    limited = Endpoint([error(429, "slow down", retry_after="3600")])
    with limited, pytest.raises(ModelError, match="rate limited: slow down"):
        model(limited).complete(REQUEST)
    assert len(limited.asks) == 1


@pytest.mark.parametrize(
    ("fault", "message", "hint", "asks"),
    [
        (error(401, f"Incorrect API key provided: {KEY}"), "key for", "OPENAI_API_KEY", 1),
        (error(403, "not for you"), "key for", "OPENAI_API_KEY", 1),
        (error(404, "no such model"), "no such model", "--model", 1),
        (error(429, "You exceeded your current quota"), "no credit", "credit", 1),
        (error(400, "temperature is odd"), "temperature is odd", "--model", 1),
        (error(500, "boom"), "keeps failing: boom", "later", 3),
        (garbage(), "does not speak", "/v1", 1),
        (reset(), "cannot be reached", "--api-base", 3),
    ],
)
def test_what_cannot_work_is_one_clear_line(fault: Act, message: str, hint: str, asks: int) -> None:
    with Endpoint([fault]) as endpoint, pytest.raises(ModelError, match=message) as caught:
        model(endpoint).complete(REQUEST)
    assert len(endpoint.asks) == asks
    assert hint in caught.value.hint
    assert "\n" not in caught.value.message
    assert KEY not in caught.value.message + caught.value.hint
    assert "litellm" not in caught.value.message


def test_a_stalled_endpoint_ends_at_the_deadline() -> None:
    with Endpoint([stall(60)]) as endpoint, pytest.raises(ModelError, match=r"within 0\.3 s"):
        model(endpoint, call_timeout=0.3).complete(REQUEST)


def test_an_endpoint_that_is_not_there(closed_port: str) -> None:
    with pytest.raises(ModelError, match="cannot be reached") as caught:
        model(api_base=closed_port).complete(REQUEST)
    assert closed_port in caught.value.message


def test_after_a_first_answer_a_bad_moment_costs_one_sample_only() -> None:
    with Endpoint([text("one"), error(500, "boom"), error(500), error(500, "boom")]) as endpoint:
        asked = model(endpoint)
        asked.complete(REQUEST)
        reply = asked.complete(REQUEST)
    assert (reply.text, reply.error, reply.code) == ("", "boom", Code.MODEL_FAILED)


def test_a_timeout_is_accounted_at_its_worst() -> None:
    with Endpoint([text("one"), stall(60)]) as endpoint:
        asked = model(endpoint, call_timeout=0.5)
        asked.complete(REQUEST)
        reply = asked.complete(REQUEST)
    assert reply.code is Code.MODEL_FAILED
    assert reply.spend.completion_tokens == REQUEST.max_tokens


def test_a_prompt_that_is_too_long_fails_alone() -> None:
    fault = error(400, "maximum context length is 8 tokens", code="context_length_exceeded")
    with Endpoint([fault]) as endpoint:
        assert "context length" in model(endpoint).complete(REQUEST).error


def test_a_local_server_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with Endpoint([text("hi")]) as endpoint:
        assert model(endpoint, model="openai/some-model").complete(REQUEST).text == "hi"
    assert endpoint.asks[0].body["model"] == "some-model"


@pytest.mark.parametrize(
    ("name", "variable"),
    [("gpt-4o", "OPENAI_API_KEY"), ("anthropic/claude-x", "ANTHROPIC_API_KEY")],
)
def test_a_missing_key_is_named(name: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ModelError, match="key for") as caught:
        model(model=name).complete(REQUEST)
    assert variable in caught.value.hint


def test_a_name_of_no_provider_is_refused() -> None:
    for ask in (LitellmModel.require_provider, lambda asked: asked.complete(REQUEST)):
        with pytest.raises(ModelError, match="nonsense cannot be asked"):
            ask(model(model="nonsense"))
    model(model="openai/gpt-nobody-knows").require_provider()  # that is its provider's to know


def test_without_the_extra_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "litellm", None)
    with pytest.raises(PreconditionError, match="not installed") as caught:
        model().complete(REQUEST)
    assert caught.value.hint == "pip install 'codeopt[model]'"


# ---------------------------------------------------------------------------- faults
@pytest.mark.parametrize("case", endpoints.CASES, ids=lambda case: case.name)
def test_what_an_endpoint_does_wrong_costs_one_sample_and_is_accounted_for(
    case: endpoints.Case,
) -> None:
    (seen,) = endpoints.meet((case,))
    found = (seen.outcome, seen.asks, seen.cost)
    assert found == (case.outcome, case.asks, case.cost), seen.reply.error
    assert seen.reply.spend.tokens == seen.spent
    assert len(seen.reply.text) <= 64 * REQUEST.max_tokens
    assert "\n" not in seen.reply.error
    assert "Traceback" not in seen.reply.error


def test_a_retry_that_the_budget_does_not_allow_is_not_made() -> None:
    worst = worst_case(REQUEST).tokens
    with Endpoint([text("one", usage=(100, 50)), reset()]) as endpoint:
        purse = Purse(max_tokens=150 + 2 * worst)
        asked = model(endpoint, purse=purse)
        asked.complete(REQUEST)
        reply = asked.complete(REQUEST)
        assert len(endpoint.asks) == 3
        assert (reply.code, reply.spend.tokens) == (Code.MODEL_FAILED, 2 * worst)
        assert asked.complete(REQUEST).code is Code.BUDGET
        assert len(endpoint.asks) == 3
    assert purse.spent.tokens == 150 + 2 * worst


def test_calls_in_flight_share_one_budget() -> None:
    """Of many calls at once, each broken off, so many are made as can be paid at their worst."""
    worst = worst_case(REQUEST).tokens
    with Endpoint([text("first", usage=(1, 1)), cut("x" * 99)]) as endpoint:
        purse = Purse(max_tokens=2 + 5 * worst)
        asked = model(endpoint, purse=purse, retries=1)
        asked.complete(REQUEST)
        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(asked.complete, [REQUEST] * 8))
    assert len(endpoint.asks) == 1 + 5
    assert purse.spent.tokens == 2 + 5 * worst
    assert sum(reply.spend.tokens for reply in replies) == 5 * worst
