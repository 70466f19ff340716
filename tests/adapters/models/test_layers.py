"""The cache, the budget and the replay, around a scripted model."""

import json
import resource
import signal
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from codeopt.adapters.models.account import Account
from codeopt.adapters.models.accounting import worst_case
from codeopt.adapters.models.budget import BudgetedModel, Purse, Reserved
from codeopt.adapters.models.cached import CachedModel
from codeopt.adapters.models.factory import open_models
from codeopt.adapters.models.replay_model import ReplayModel
from codeopt.config import ModelSettings
from codeopt.model.errors import ModelError, PreconditionError
from codeopt.model.evidence import Spend
from codeopt.model.reasons import Code
from codeopt.ports import Message, Reply, Request
from tests.support.scripted import ScriptedModel


def request(text: str = "hello", **changes: object) -> Request:
    asked = Request((Message("user", text),), "scripted", max_tokens=100, slot=f"slot of {text}")
    return replace(asked, **changes)  # type: ignore[arg-type]


# ---------------------------------------------------------------------------- digests
@pytest.mark.parametrize(
    "changes",
    [
        {"messages": (Message("user", "other"),)},
        {"messages": (Message("system", "hello"),)},
        {"model": "other"},
        {"temperature": 0.1},
        {"max_tokens": 1},
        {"sample": 1},
    ],
)
def test_all_that_is_asked_counts_in_the_digest(changes: dict[str, object]) -> None:
    assert request(**changes).digest != request().digest


def test_the_slot_does_not_count_in_the_digest() -> None:
    assert request(slot="other").digest == request().digest
    assert request("é\ud800").digest == request("é\ud800").digest


# ---------------------------------------------------------------------------- cache
def test_a_request_is_asked_once_and_then_costs_nothing(tmp_path: Path) -> None:
    inner = ScriptedModel(["one", "two"])
    cached = CachedModel(inner, tmp_path)
    first, again = cached.complete(request()), cached.complete(request())
    assert (first.text, first.cached, first.spend.calls) == ("one", False, 1)
    assert (again.text, again.cached, again.spend) == ("one", True, Spend())
    assert cached.complete(request(sample=1)).text == "two"


def test_what_a_killed_run_had_asked_costs_it_once_what_it_cost_then(tmp_path: Path) -> None:
    cache, record = tmp_path / "cache", tmp_path / "record"
    first = CachedModel(ScriptedModel(["one"]), cache, record=record).complete(request())
    resumed = CachedModel(ScriptedModel([]), cache, record=record)
    assert [resumed.complete(request()).spend for _ in range(2)] == [first.spend, Spend()]
    another = CachedModel(ScriptedModel([]), cache, record=tmp_path / "another")
    assert another.complete(request()).spend == Spend()


def test_a_kill_between_two_files_loses_neither_answer_nor_price(tmp_path: Path) -> None:
    cache, record = tmp_path / "cache", tmp_path / "record"
    stored: list[Path | None] = []

    class Watched(CachedModel):
        def _store(self, directory: Path | None, request: Request, reply: Reply) -> None:
            stored.append(directory)
            super()._store(directory, request, reply)

    paid = Watched(ScriptedModel(["one"]), cache, record=record).complete(request())
    assert stored == [record, cache]
    (cache / f"{request().digest}.json").unlink()
    again = CachedModel(ScriptedModel([]), cache, record=record).complete(request())
    assert (again.text, again.spend) == ("one", paid.spend)


def test_a_failed_call_is_not_remembered(tmp_path: Path) -> None:
    cached = CachedModel(ScriptedModel([None, "two"]), tmp_path)
    assert cached.complete(request()).error
    assert cached.complete(request()).text == "two"


@pytest.mark.parametrize("damage", ["", "{", '{"version": 1}', '{"version": 99}', "[]"])
def test_a_damaged_file_is_asked_again_and_replaced(tmp_path: Path, damage: str) -> None:
    cached = CachedModel(ScriptedModel(["one", "two"]), tmp_path)
    cached.complete(request())
    (file,) = tmp_path.iterdir()
    file.write_text(damage)
    assert cached.complete(request()).text == "two"
    assert cached.complete(request()).cached


def test_a_directory_that_cannot_be_written_loses_no_answer(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert CachedModel(ScriptedModel(["one"]), blocked / "cache").complete(request()).text == "one"


def test_nothing_is_asked_where_its_answer_has_no_room(
    tmp_path: Path,
) -> None:
    inner = ScriptedModel(["one"])
    model = CachedModel(inner, tmp_path / "cache", record=tmp_path / "record")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            model.complete(request())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert model.complete(request()).text == "one", "it was not asked before"
    assert [path.suffix for path in (tmp_path / "record").iterdir()] == [".json"]


def test_no_key_reaches_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-key")
    CachedModel(ScriptedModel(["one"]), tmp_path).complete(request())
    (file,) = tmp_path.iterdir()
    assert "secret" not in file.read_text()
    assert set(json.loads(file.read_text())) == {"version", "digest", "request", "reply"}
    assert file.stat().st_mode & 0o077 == 0


# ---------------------------------------------------------------------------- replay
def test_a_cache_is_a_recorded_run(tmp_path: Path) -> None:
    recorded = CachedModel(ScriptedModel(["one", "ünı\n"]), tmp_path)
    replies = [recorded.complete(request(text)) for text in ("a", "b")]
    replay = ReplayModel(tmp_path)
    again = [replay.complete(request(text)) for text in ("a", "b")]
    assert replay.name == "scripted"
    assert [r.text for r in again] == [r.text for r in replies]
    assert [r.spend for r in again] == [r.spend for r in replies]
    assert again == [replay.complete(request(text)) for text in ("a", "b")]


def test_a_prompt_with_other_figures_is_found_by_its_slot(tmp_path: Path) -> None:
    CachedModel(ScriptedModel(["one"]), tmp_path).complete(request("share 31 %", slot="f, 1"))
    replay = ReplayModel(tmp_path)
    moved = request("share 29 %", slot="f, 1")
    assert (replay.complete(moved).text, replay.complete(moved).request) == ("one", moved.digest)
    assert replay.complete(request("share 29 %", slot="f, 2")).error
    assert replay.complete(request("share 29 %", slot="")).error


def test_what_was_not_recorded_is_an_error_that_names_the_request(tmp_path: Path) -> None:
    CachedModel(ScriptedModel(["one"]), tmp_path).complete(request("a"))
    reply = ReplayModel(tmp_path).complete(request("b"))
    assert (reply.text, reply.code) == ("", Code.MODEL_FAILED)
    assert request("b").digest in reply.error


def test_of_several_models_the_one_with_the_most_answers_is_replayed(tmp_path: Path) -> None:
    for sample in range(2):
        big = CachedModel(ScriptedModel(["big"], "z-big"), tmp_path)
        big.complete(request(model="z-big", sample=sample))
    CachedModel(ScriptedModel(["small"], "small"), tmp_path).complete(request(model="small"))
    replay = ReplayModel(tmp_path)
    assert (replay.name, replay.complete(request(model=replay.name)).text) == ("z-big", "big")


def test_an_empty_directory_is_no_recorded_run(tmp_path: Path) -> None:
    with pytest.raises(PreconditionError, match="no recorded answer"):
        ReplayModel(tmp_path)


# ---------------------------------------------------------------------------- budget
def test_a_call_that_could_break_the_cap_is_not_made() -> None:
    worst = worst_case(request()).tokens
    inner = ScriptedModel(["one"] * 3, spend=Spend(0.0, 10, 20, 1))
    capped = BudgetedModel(inner, Purse(max_cost=1.0, max_tokens=worst + 30))
    assert [capped.complete(request()).code for _ in range(3)] == [None, None, Code.BUDGET]
    assert (len(inner.requests), capped._purse.spent.tokens) == (2, 60)
    assert "--max-tokens" in capped.complete(request()).error


def test_the_cap_on_cost_uses_the_price() -> None:
    inner = ScriptedModel(["one"] * 9, spend=Spend(0.4, 10, 20, 1))
    capped = BudgetedModel(inner, Purse(max_cost=1.0, max_tokens=10**6), price=lambda spend: 0.5)
    assert [capped.complete(request()).code for _ in range(3)] == [None, None, Code.BUDGET]
    assert "--max-cost" in capped.complete(request()).error


def test_what_was_spent_before_a_resume_counts() -> None:
    before = Spend(prompt_tokens=990)
    inner = ScriptedModel(["one"])
    capped = BudgetedModel(inner, Purse(max_cost=1.0, max_tokens=1000, spent=before))
    assert capped.complete(request()).code is Code.BUDGET


def test_calls_in_flight_count() -> None:
    worst = worst_case(request()).tokens
    entered, release = threading.Event(), threading.Event()

    class Slow(ScriptedModel):
        def complete(self, request: Request) -> Reply:
            entered.set()
            assert release.wait(30)
            return super().complete(request)

    capped = BudgetedModel(Slow(["one", "two"]), Purse(max_cost=1.0, max_tokens=worst * 2 - 1))
    thread = threading.Thread(target=capped.complete, args=(request(),))
    thread.start()
    assert entered.wait(30)
    assert capped.complete(request()).code is Code.BUDGET
    release.set()
    thread.join()
    assert capped.complete(request()).text == "two"


def test_what_was_in_flight_when_a_run_was_killed_counts_at_its_worst(tmp_path: Path) -> None:
    worst, actual = Spend(0.5, 100, 100, 1, 1), Spend(0.1, 90, 10, 1)
    purse = Purse(account=Account(tmp_path / "run" / "account"))
    first, second = purse.reserve(worst), purse.reserve(worst)
    assert isinstance(first, Reserved)
    purse.settle(first, actual)
    with (tmp_path / "run" / "account").open("a") as file:
        file.write('\n{"call": 7, "usd": 3')  # a line that the kill cut off
    again = Account(tmp_path / "run" / "account")
    assert again.spent == worst + actual
    again.correct(again.enter(worst), actual)  # asked again after the kill
    assert Account(tmp_path / "run" / "account").spent == worst + actual + actual
    assert second != first


def test_a_run_that_goes_on_knows_what_was_in_flight(tmp_path: Path) -> None:
    Account(tmp_path / "record" / "account").enter(Spend(0.0, 600, 400, 1))
    settings = ModelSettings(model="openai/m", max_tokens=worst_case(request()).tokens + 999)
    (opened,) = open_models(settings, tmp_path / "cache", record=tmp_path / "record")
    assert opened.complete(request()).code is Code.BUDGET


def test_many_threads_never_pass_the_cap() -> None:
    worst = worst_case(request()).tokens
    inner = ScriptedModel(["x"] * 100, spend=Spend(0.0, worst - 100, 100, 1))
    capped = BudgetedModel(inner, Purse(max_cost=1.0, max_tokens=worst * 7))
    threads = [threading.Thread(target=capped.complete, args=(request(),)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert capped._purse.spent.tokens == worst * 7


def test_an_error_gives_the_reservation_back() -> None:
    class Broken(ScriptedModel):
        def complete(self, request: Request) -> Reply:
            raise ModelError("no")

    worst = worst_case(request()).tokens
    capped = BudgetedModel(Broken([]), Purse(max_cost=1.0, max_tokens=worst))
    for _ in range(2):
        with pytest.raises(ModelError):
            capped.complete(request())


def test_closing_reaches_the_model_inside(tmp_path: Path) -> None:
    closed = []

    class Held(ScriptedModel):
        def close(self) -> None:
            closed.append(self.name)

    inner = BudgetedModel(Held([]), Purse(max_cost=1.0, max_tokens=1))
    CachedModel(inner, tmp_path, record=tmp_path).close()
    CachedModel(ScriptedModel([]), tmp_path).close()
    assert closed == ["scripted"]
