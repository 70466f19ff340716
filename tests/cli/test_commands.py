"""The commands beside ``run``: each does what its help says on a real repository."""

from __future__ import annotations

import ast
import json
import zipfile
from collections.abc import Generator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from codeopt.adapters.sqlite_journal import MemoryJournal, SqliteJournal
from codeopt.cli import app, examine, wiring
from codeopt.cli.observing import Observer, observed, open_observers
from codeopt.cli.opened import discarded_if_useless
from codeopt.cli.resuming import require_commit
from codeopt.ledger import Ledger
from codeopt.model.code import FunctionId
from codeopt.model.errors import PreconditionError
from codeopt.model.events import (
    CandidateStarted,
    CheckStarted,
    Event,
    Judged,
    Noted,
    Stage,
    StageFinished,
    StageStarted,
    TargetStarted,
)
from codeopt.model.evidence import Check, Spend
from codeopt.model.project import Interpreter, Project
from codeopt.model.run import Progress
from codeopt.pipeline.progress import Diary
from codeopt.runs import RunDirectory, RunStore
from tests.support import values
from tests.support.command import git, picture, repository

MODULE = {"mod.py": "def f():\n    return 1\n", "test_mod.py": "def test_f():\n    pass\n"}
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "a répo", MODULE)


def stored(root: Path, *, ended: bool = True) -> RunDirectory:
    """Leave a run behind as the pipeline does."""
    store = RunStore(root / ".git" / "codeopt")
    directory = store.create()
    journal = SqliteJournal(directory.journal)
    ledger = Ledger(journal)
    known = values.record()
    ledger.put("meta", "", values.meta(run=directory.name, branch=f"codeopt/{directory.name}"))
    ledger.put("profile", "", known.profile)
    ledger.put("control", "", known.control)
    for number, attempt in enumerate(known.attempts):
        ledger.put("attempt", str(number), attempt)
    if ended:
        ledger.put("outcome", "", known.outcome)
    journal.close()
    git(root, "branch", f"codeopt/{directory.name}")
    return directory


# ---------------------------------------------------------------------------- catalogue
def test_catalogue_lists_real_rewrites(capsys: Capture) -> None:
    assert app.invoke(["catalogue", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["version"] == 1
    rewrites = document["rewrites"]
    assert len(rewrites) >= 25
    assert len({each["name"] for each in rewrites}) == len(rewrites)
    for each in rewrites:
        assert each["summary"]
        assert ast.dump(ast.parse(each["before"])) != ast.dump(ast.parse(each["after"]))
    first = rewrites[0]["name"]
    assert app.invoke(["catalogue", first]) == 0
    text = capsys.readouterr().out
    assert first in text
    assert "rewrites\n" not in text
    assert app.invoke(["catalogue", "nope"]) == 2
    assert "no rewrite called 'nope'" in capsys.readouterr().err


# ---------------------------------------------------------------------------- config
def test_config_shows_values_with_origins(
    root: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "pyproject.toml").write_text("[tool.codeopt]\nsamples = 7\n")
    monkeypatch.setenv("CODEOPT_RETRIES", "9")
    assert app.invoke(["config", "-C", str(root), "--json"]) == 0
    settings = json.loads(capsys.readouterr().out)["settings"]
    assert settings["samples"] == {"value": 7, "origin": "pyproject.toml"}
    assert settings["retries"] == {"value": 9, "origin": "environment"}
    assert settings["seed"] == {"value": 0, "origin": "default"}
    assert app.invoke(["config", "-C", str(root)]) == 0
    assert "pyproject.toml" in capsys.readouterr().out


@pytest.mark.parametrize("before", [None, "[project]\nname = 'x'\n", "# only a comment"])
def test_config_init_writes_a_table_that_changes_nothing(
    root: Path, before: str | None, capsys: Capture
) -> None:
    file = root / "pyproject.toml"
    if before is not None:
        file.write_text(before)
    assert app.invoke(["config", "--init", "-C", str(root)]) == 0
    text = file.read_text()
    assert text.startswith(before or "[tool.codeopt]")
    assert "# min-speedup = 1.05" in text
    assert "api-base" not in text
    capsys.readouterr()
    assert app.invoke(["config", "-C", str(root), "--json"]) == 0
    settings = json.loads(capsys.readouterr().out)["settings"]
    assert {each["origin"] for each in settings.values()} == {"default"}
    assert app.invoke(["config", "--init", "-C", str(root)]) == 2
    assert "already" in capsys.readouterr().err
    assert file.read_text() == text


def test_every_line_of_the_template_can_be_uncommented(root: Path, capsys: Capture) -> None:
    assert app.invoke(["config", "--init", "-C", str(root)]) == 0
    file = root / "pyproject.toml"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(x[2:] if " = " in x else x for x in lines))
    capsys.readouterr()
    assert app.invoke(["config", "-C", str(root), "--json"]) == 0
    settings = json.loads(capsys.readouterr().out)["settings"]
    assert "pyproject.toml" in {each["origin"] for each in settings.values()}


# ---------------------------------------------------------------------------- doctor
def test_doctor_says_what_is_there(root: Path, capsys: Capture) -> None:
    before = picture(root)
    assert app.invoke(["doctor", "-C", str(root), "--json"]) == 0
    findings = {each["what"]: each for each in json.loads(capsys.readouterr().out)["findings"]}
    assert {"git", "sandbox", "interpreter", "tests", "workload", "model"} <= set(findings)
    assert findings["tests"]["found"] == "pytest"
    assert "--model" in findings["model"]["remedy"]
    assert picture(root) == before


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--python", "/nowhere/python"], "/nowhere/python"),
        (["--sandbox", "none"], "--unsafe-no-sandbox"),
    ],
)
def test_doctor_says_what_is_missing(
    root: Path, words: list[str], what: str, capsys: Capture
) -> None:
    assert app.invoke(["doctor", "-C", str(root), *words]) == 4
    assert what in capsys.readouterr().out


def test_doctor_says_why_tests_cannot_be_run(root: Path) -> None:
    bare = Interpreter(Path("/python"), (3, 12, 0), ())
    found = examine._tests(Project(root, bare, ("",), None, values.WORKLOAD))
    assert not found.ok
    assert "pytest is not installed for /python" in found.found
    assert "/python -m pip install pytest" in found.remedy


def test_doctor_outside_a_repository(tmp_path: Path, capsys: Capture) -> None:
    assert app.invoke(["doctor", "-C", str(tmp_path)]) == 4
    assert "git init" in capsys.readouterr().out


# ---------------------------------------------------------------------------- report, clean
def test_report_in_all_forms(root: Path, capsys: Capture) -> None:
    run = stored(root)
    before = picture(root)
    assert app.invoke(["report", "-C", str(root)]) == 0
    assert "1 kept, 1 rejected" in capsys.readouterr().out
    assert app.invoke(["report", run.name[-4:], "-C", str(root), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["run"] == run.name
    assert len(document["kept"]) == len(document["rejected"]) == 1
    assert app.invoke(["report", run.name, "-C", str(root), "--format", "markdown"]) == 0
    assert capsys.readouterr().out.startswith("## codeopt: 1 kept, 1 rejected")
    assert app.invoke(["report", "zzz", "-C", str(root)]) == 2
    assert run.name in capsys.readouterr().err
    nowhere = str(root / "missing" / "report.json")
    wrong = ["report", "-C", str(root), "--format", "json", "-o", nowhere]
    assert app.invoke(wrong) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert picture(root) == before


def test_clean_removes_runs_that_have_ended(root: Path, capsys: Capture) -> None:
    one, two = stored(root), stored(root, ended=False)
    before = picture(root)
    assert app.invoke(["clean", "-C", str(root)]) == 0
    assert "removed 1 run and" in capsys.readouterr().out
    assert not one.path.exists()
    assert two.path.exists()  # it can still go on
    assert app.invoke(["clean", "--all", "-C", str(root), "--branches"]) == 0
    assert not two.path.exists()
    left = git(root, "branch", "--list", "codeopt/*")
    assert one.name in left
    assert two.name not in left
    assert picture(root) == before


def test_clean_leaves_a_run_that_is_going_on(root: Path, capsys: Capture) -> None:
    run, other = stored(root), stored(root)
    store = RunStore(root / ".git" / "codeopt")
    with store.lock(run):
        assert app.invoke(["clean", run.name, "-C", str(root)]) == 4
        assert "still going on" in capsys.readouterr().err
        assert app.invoke(["clean", "-C", str(root)]) == 0
        assert app.invoke(["clean", "-C", str(root), "--all"]) == 0
    assert run.path.exists()
    assert not other.path.exists()


def test_clean_removes_the_cache_when_asked(root: Path, capsys: Capture) -> None:
    cache = root / ".git" / "codeopt" / "cache"
    cache.mkdir(parents=True)
    assert app.invoke(["clean", "-C", str(root)]) == 0
    assert cache.exists()
    assert app.invoke(["clean", "-C", str(root), "--cache"]) == 0
    assert not cache.exists()


@pytest.mark.parametrize("found", [True, False])
def test_what_a_run_has_found_outlives_the_error_that_ended_it(found: bool, tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    directory = store.create()
    with wiring.open_ledger(directory.journal) as ledger:
        ledger.put("meta", "", values.meta())
        if found:
            ledger.put("attempt", "f 0001", values.rejected())
    with (
        pytest.raises(PreconditionError),
        discarded_if_useless(store, directory, wiring.open_ledger),
    ):
        raise PreconditionError("something is missing, after hours")
    assert store.names() == ((directory.name,) if found else ())


def test_a_run_whose_commit_was_pruned_is_not_gone_on_with(root: Path) -> None:
    repository = wiring.open_repository(root)
    require_commit(repository.resolve, values.meta(commit=repository.resolve("HEAD")))
    with pytest.raises(PreconditionError, match="no longer in the repository") as caught:
        require_commit(repository.resolve, values.meta(commit="c" * 40))
    assert "start a new run" in caught.value.hint


def test_a_journal_that_is_broken_can_be_removed(root: Path, capsys: Capture) -> None:
    run = stored(root)
    run.journal.write_text("this is no database, and long enough to be sure of it" * 9)
    assert app.invoke(["report", "-C", str(root)]) == 3
    told = capsys.readouterr().err
    assert f"codeopt clean {run.name}" in told
    assert app.invoke(["clean", run.name, "-C", str(root)]) == 0
    assert not run.path.exists()


# ---------------------------------------------------------------------------- graph
CALLS = {
    "mod.py": "def f():\n    return g() + 1\n\ndef g():\n    return 1\n\ndef h(x):\n    x.g()\n",
    "test_mod.py": "from mod import g\n\n\ndef test_g():\n    assert g() == 1\n",
}


def test_the_graph_is_shown_to_a_person(tmp_path: Path, capsys: Capture) -> None:
    root = repository(tmp_path / "calls", CALLS)
    target = str(root / "mod.py::g")
    assert app.invoke(["graph", "callers", target, "-C", str(root)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "mod.py::f",
        "test_mod.py::test_g",
        "mod.py::h (perhaps)",
    ]
    assert app.invoke(["graph", "callees", str(root / "mod.py::f"), "-C", str(root), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == {"version": 1, "target": "mod.py::f", "callees": [{"function": "mod.py::g"}]}
    assert app.invoke(["graph", "context", target, "-C", str(root)]) == 0
    shown = capsys.readouterr().out
    assert "# mod.py::f: return g() + 1  (result: an operand)" in shown
    assert "def test_g" in shown
    assert app.invoke(["graph", "context", target, "-C", str(root), "--json"]) == 0
    parts = json.loads(capsys.readouterr().out)["context"]
    assert [part["kind"] for part in parts] == ["callers", "test"]
    assert all(part["chosen"] and part["tokens"] > 0 for part in parts)
    assert app.invoke(["graph", "callers", str(root / "mod.py"), "-C", str(root)]) == 2
    assert "is not one function" in capsys.readouterr().err


# ---------------------------------------------------------------------------- export, stats
def test_a_run_is_exported_and_counted(root: Path, tmp_path: Path, capsys: Capture) -> None:
    directory = stored(root)
    assert app.invoke(["export", "-C", str(root)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["kept"] for row in rows] == [True, False]
    out = tmp_path / "data"
    taken = tmp_path / "taken"
    taken.write_text("")
    assert app.invoke(["export", "-C", str(root), "-o", str(taken)]) == 2
    assert "cannot be written: File exists" in capsys.readouterr().err
    words = ["export", directory.name, "-C", str(root), "--format", "sft", "-o", str(out)]
    assert app.invoke(words) == 0
    assert sorted(path.suffix for path in out.iterdir()) == [".jsonl", ".md"]
    capsys.readouterr()
    assert app.invoke(["export", "-C", str(root), "--card"]) == 0
    assert "from 2 candidates" in capsys.readouterr().out
    assert app.invoke(["stats", "-C", str(root), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    rows = {row["strategy"]: row for row in document["strategies"]}
    assert set(rows) == {"best-of-n", "catalogue", "all"}
    assert rows["catalogue"]["opt_percent"] == 100.0
    assert rows["all"]["kept_percent"] == 42.0
    assert app.invoke(["stats", directory.name, "-C", str(root)]) == 0
    assert "%Opt" in capsys.readouterr().out


# ---------------------------------------------------------------------------- status
def test_status_of_a_run_that_goes_on_has_ended_or_died(root: Path, capsys: Capture) -> None:
    store, directory = RunStore(root / ".git" / "codeopt"), stored(root, ended=False)
    now = datetime.now(UTC)
    step = Progress(
        (now - timedelta(seconds=90)).isoformat(),
        (now - timedelta(seconds=30)).isoformat(),
        pid=1,
        stage="optimise",
        target="mod.py::f",
        number=2,
        total=3,
        doing="catalogue: x · oracle",
    )
    with closing(SqliteJournal(directory.journal)) as journal:
        Ledger(journal).put("progress", "", step)
        Ledger(journal).put("done", "mod.py::g", True)
    with store.lock(directory):
        assert app.invoke(["status", "-C", str(root)]) == 0
        told = capsys.readouterr().out
        assert "going on in process 1; its last step began 0:00:3" in told
        assert "optimise: catalogue: x · oracle" in told
        assert "mod.py::f (2 of 3)" in told
        assert "1 of 3 done" in told
        assert "2 tried, 1 kept: 1 not-faster" in told
        assert "0:01:3" in told
        assert "--resume" not in told
    assert app.invoke(["status", "-C", str(root)]) == 0
    told = capsys.readouterr().out
    assert "died: nobody holds it, and its last sign of life was 0:00:3" in told
    assert "0:01:00" in told, "time stops with its last sign of life"
    assert "codeopt run --resume" in told
    with closing(SqliteJournal(directory.journal)) as journal:
        Ledger(journal).put("outcome", "", values.record().outcome)
    assert app.invoke(["status", "--json", "-C", str(root)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["version"], document["state"]) == (1, "ended")
    assert document["targets"] == {"done": 1, "total": 3}
    assert document["rejected"] == {"not-faster": 1}


def test_each_step_is_in_the_journal_before_it_begins() -> None:
    ledger = Ledger(MemoryJournal())
    diary = Diary(ledger)
    target = FunctionId("m.py", "f")
    seen = []
    for event in (
        StageStarted(Stage.OPTIMISE),
        TargetStarted(target, 1, 2, 0.5),
        CandidateStarted(target, "join", "catalogue"),
        CheckStarted(Check.ORACLE),
        CheckStarted("speed"),
        StageFinished(Stage.OPTIMISE, "", 1.0),
    ):
        diary.note(event)
        found = ledger.get("progress", "", Progress)
        assert found is not None
        seen.append((found.stage, found.target, found.doing))
    doing = "catalogue: join"
    assert seen == [
        ("optimise", "", ""),
        ("optimise", "m.py::f", ""),
        ("optimise", "m.py::f", doing),
        ("optimise", "m.py::f", f"{doing} · oracle"),
        ("optimise", "m.py::f", f"{doing} · speed"),
        ("optimise", "m.py::f", f"{doing} · speed"),
    ]


# ---------------------------------------------------------------------------- log, debug-bundle
def test_the_log_tells_every_step_and_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-verysecretindeed123")
    monkeypatch.setenv("MY_SECRET_TOKEN", 'pä"ss-w0rd12')  # quoting must not hide it
    target, file = FunctionId("m.py", "f"), tmp_path / "log.jsonl"

    def events() -> Generator[Event, None, None]:
        yield StageStarted(Stage.OPTIMISE)
        yield TargetStarted(target, 1, 2, 0.5)
        yield Judged(values.rejected(), Spend(0.5, 10, 5, 1))
        yield Noted('the key sk-verysecretindeed123 of pä"ss-w0rd12 is refused')

    def telemetry() -> Observer:
        raise AssertionError("nothing is set up")

    def follow() -> None:
        with open_observers(file, telemetry) as observers:
            for event in observed(events(), observers):
                if isinstance(event, Noted):
                    raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        follow()
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    names = ["StageStarted", "TargetStarted", "Judged", "Noted", "RunBroken"]
    assert [row["event"] for row in rows] == names
    assert rows[2]["reason"] == "not-faster"
    assert rows[2]["spent"]["usd"] == 0.5
    assert rows[3]["text"] == "the key [redacted] of [redacted] is refused"
    assert rows[4]["error"] == "KeyboardInterrupt"


def test_a_bundle_holds_what_helps_and_no_secret(
    root: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_SECRET_TOKEN", "correct horse battery")
    directory = stored(root)
    directory.log.write_text(f'{{"text": "correct horse battery in {Path.home()}/x"}}\n')
    target = root.parent / "bundle.zip"
    assert app.invoke(["debug-bundle", "-C", str(root), "-o", str(target)]) == 0
    assert "7 files" in capsys.readouterr().out
    with zipfile.ZipFile(target) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert parts["log.jsonl"] == '{"text": "[redacted] in ~/x"}\n'
    assert json.loads(parts["journal.json"])["attempt"]["entries"] == 2
    assert str(values.TARGET) in parts["attempts.txt"]
    assert {each["what"] for each in json.loads(parts["doctor.json"])} >= {"codeopt", "git"}
    (kept,) = json.loads(parts["report.json"])["kept"]
    assert kept["diff"] == kept["explanation"] == "[left out]"
    assert "no source code" in parts["README.txt"]
    assert app.invoke(["debug-bundle", "-C", str(root), "-o", str(target), "--with-code"]) == 0
    with zipfile.ZipFile(target) as archive:
        assert json.loads(archive.read("report.json"))["kept"][0]["diff"] == values.kept().diff
