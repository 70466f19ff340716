"""Text of a repository, a model or an exception plays no tricks, and tells no key, where shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console, RenderableType

from codeopt import redact
from codeopt.adapters.sqlite_journal import SqliteJournal
from codeopt.cli import app, tables
from codeopt.cli.console import Loudness, json_text, output, plain
from codeopt.cli.echo import DiscreetModel, NotedModel
from codeopt.cli.examine import Finding
from codeopt.cli.live import LiveView
from codeopt.ledger import Ledger
from codeopt.model import events
from codeopt.model.code import FunctionId
from codeopt.model.evidence import (
    Attempt,
    Check,
    CheckResult,
    Decision,
    Difference,
    Interval,
    Spend,
    Verdict,
)
from codeopt.model.inspection import FailOn, Inspected, Inspection, Speed, Suggestion
from codeopt.model.judgement import Finding as Judged
from codeopt.model.judgement import Judgement, Ruling
from codeopt.model.reasons import Code, Reason
from codeopt.model.run import RunRecord
from codeopt.ports import Message, Request
from codeopt.report import annotations, codequality, inspection, judgement, markdown, sarif
from codeopt.report.html import page
from codeopt.report.json import document
from codeopt.report.remarks import remarks
from codeopt.review import plain as plain_review
from codeopt.review.session import Review
from tests.support import values
from tests.support.scripted import ScriptedModel

# made up, in the forms that services give theirs
KEYS = {
    "openai": "sk-proj-Abc123Abc123Abc123Abc123Abc123",
    "anthropic": "sk-ant-api03-Abc123_Abc123-Abc123Abc123",
    "aws": "AKIAABCDEFGHIJKLMNOP",
    "github": "ghp_" + "a1B2" * 9,
    "fine-grained": "github_pat_" + "a1B2" * 8,
    "gitlab": "glpat-" + "a1B2" * 5,
    "google": "AIza" + "a1B2c" * 7,
    "slack": "xoxb-1234567890-abcdef",
    "stripe": "sk_live_" + "a1B2" * 5,
    "hugging face": "hf_" + "a1B2" * 8,
    "npm": "npm_" + "a1B2" * 9,
    "token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4",
    "bearer": "Bearer abcdef0123456789",
    "address": "postgres://user:hunter22@db.example.org/x",
    "private": "-----BEGIN RSA PRIVATE KEY-----\nMIIEabc+/=\n-----END RSA PRIVATE KEY-----",
    "environment": "correct horse battery staple",
}
SECRET = re.compile(r"Abc123|AKIA|a1B2|1234567890-|SflK|abcdef0123|hunter22|MIIE|horse battery")
CONTROLS = "\x1b[2J\x1b]0;owned\x07\x1b]8;;http://evil\x1b\\\x9b31m\u202e\r\x08"
MARKUP = "[bold red]x[/bold red] [/nothing] [link=http://evil]y[/link] :skull:"
HTML = "<script>alert(1)</script><img src=x onerror=alert(1)>"
EVIL = f"{CONTROLS}{MARKUP}{HTML}\n::set-env name=PATH::/evil\n{' '.join(KEYS.values())}"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plant a key that has no known form."""
    monkeypatch.setenv("SOME_SERVICE_PASSWORD", KEYS["environment"])


def record() -> RunRecord:
    """Return a run in which every text that comes from outside is hostile."""
    target = FunctionId(f"a/{EVIL}.py", "f")
    edge = Difference(EVIL, EVIL, EVIL, f"assert {EVIL!r}")
    check = CheckResult(Check.ORACLE, True, 3, edges=(edge,), effects=(EVIL,))
    reason = Reason(Code.CRASH, EVIL, EVIL)
    one = Attempt("d1", target, "best-of-n", EVIL, Decision(True), Verdict((check,)))
    attempts = (
        values.kept(explanation=EVIL, diff=f"-{EVIL}\n+{EVIL}\n", technique=EVIL),
        Attempt("d2", target, EVIL, EVIL, Decision(False, reason), code=EVIL, model=EVIL),
        one,
    )
    return values.record(*attempts, notes=(EVIL,))


def found() -> Judgement:
    target = FunctionId(f"a/{EVIL}|.py", "f")
    shown = Difference(EVIL, EVIL, EVIL, f"assert {EVIL!r}")
    check = CheckResult(Check.ORACLE, False, 3, reason=Reason(Code.CRASH, EVIL), difference=shown)
    return Judgement(
        Ruling.REJECT,
        Reason(Code.CRASH, EVIL),
        (Judged(target, Verdict((check,))),),
        failed=(EVIL,),
        tests=1,
    )


def inspected() -> Inspection:
    """Return a pull request whose every text is hostile."""
    target, ratio = FunctionId(f"a/{EVIL}.py", "f"), Interval(0.5, 0.4, 0.6, 9)
    shown = Difference(EVIL, EVIL, EVIL, f"assert {EVIL!r}")
    functions = (
        Inspected(target, 1, Speed.SLOWER, ratio, same=False, difference=shown, note=EVIL),
        Inspected(target, 1, Speed.ALIKE, ratio, same=False, compared=3, difference=shown),
    )
    idea = Suggestion(target, 1, Interval(2.0, 1.9, 2.1, 9), EVIL, "c" * 40, f"-{EVIL}\n", 1)
    return Inspection("b" * 40, "a" * 40, functions, (idea,), (EVIL,), workload=EVIL)


def pull_request(form: str) -> str:
    """Return what ``codeopt ci`` prints or writes."""
    found, on = inspected(), FailOn.SLOWER
    listed = remarks(found, on)
    if form == "terminal":
        return annotations.harmless(
            "\n".join([inspection.headline(found), *inspection.lines(found)])
        )
    if form == "Markdown":
        return inspection.render(found, on)
    if form == "annotations":
        return "\n".join(annotations.commands(listed))
    made = {
        "SARIF": sarif.log(listed),
        "code quality": codequality.issues(listed),
        "JSON": inspection.document(found, on),
    }
    return json_text(made[form])


def reviewed() -> str:
    told = StringIO()
    console = Console(file=told, width=400, markup=False, emoji=False)
    plain_review.show(Review.of(record(), lambda _opinion: None), 0, console)
    return told.getvalue()


def on_terminal(result: RenderableType) -> str:
    """Render for a terminal, without the escape codes of our own styles."""
    console = output()
    shown = Console(file=StringIO(), width=400, force_terminal=True, color_system=None)
    shown._markup, shown._emoji = console._markup, console._emoji
    shown.print(result)
    text = shown.file.getvalue()  # type: ignore[attr-defined]
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def live() -> str:
    told = StringIO()
    view = LiveView(Console(file=told, width=400, markup=False), Loudness.VERBOSE)
    target = FunctionId(f"{EVIL}.py", "f")
    seen = (
        events.RunStarted(EVIL, "c" * 40, False, 0),
        events.Noted(EVIL),
        events.StageFinished(events.Stage.RECORD, EVIL, 1.0),
        events.TargetStarted(target, 1, 2, 0.5),
        events.Judged(record().attempts[1], Spend()),
        events.TargetFinished(target, 1, False, EVIL),
    )
    view.follow(each for each in seen)  # type: ignore[arg-type]
    return told.getvalue()


TEXTS: dict[str, Callable[[], str]] = {
    "report": lambda: on_terminal(tables.report_text(record())),
    "report in a file": lambda: plain(tables.report_text(record())),
    "judge": lambda: on_terminal(tables.judgement_text(found())),
    "doctor": lambda: on_terminal(tables.findings_table([Finding("git", False, EVIL, EVIL)])),
    "progress": live,
    "Markdown": lambda: markdown.render(record()),
    "Markdown of a judgement": lambda: judgement.render(found()),
    "HTML": lambda: page.render(record()),
    "JSON": lambda: json_text(document(record())),
    "JSON of a judgement": lambda: json_text(judgement.document(found())),
    "pull request": lambda: pull_request("terminal"),
    "Markdown of a pull request": lambda: pull_request("Markdown"),
    "annotations": lambda: pull_request("annotations"),
    "SARIF": lambda: pull_request("SARIF"),
    "code quality": lambda: pull_request("code quality"),
    "JSON of a pull request": lambda: pull_request("JSON"),
    "review": reviewed,
}


@pytest.mark.parametrize("form", TEXTS)
def test_no_control_character_and_no_key(form: str) -> None:
    text = TEXTS[form]()
    assert "alert" in text, "the hostile text is not even there"
    assert not [c for c in text if not c.isprintable() and c not in "\n\t\u2060\u200b"]
    assert not SECRET.search(text)


@pytest.mark.parametrize("form", ["report", "judge", "doctor", "progress"])
def test_markup_is_shown_as_it_is(form: str) -> None:
    """A closing tag of nothing would end rich with an error, a link would be one."""
    text = "".join(TEXTS[form]().replace("│", "").split())
    assert "".join(MARKUP.split()) in text.replace("┃", "")


@pytest.mark.parametrize("form", [name for name in TEXTS if "Markdown" in name or name == "HTML"])
def test_html_is_text(form: str) -> None:
    text = re.sub(r"^(`{3,}).*?^\1$", "", TEXTS[form](), flags=re.M | re.S)
    text = re.sub(r"`+[^`\n]*`+", "", text)  # code is text
    assert not re.search(r"(?<!\\)<(script|img)", text)


def test_a_job_takes_no_commands_from_a_repository() -> None:
    assert "\n::" not in f"\n{pull_request('terminal')}"
    kinds = [re.match(r"::(\w+) ", line) for line in pull_request("annotations").splitlines()]
    assert kinds
    assert all(kind and kind[1] in ("error", "warning", "notice") for kind in kinds)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@somebody, thanks @team/x", "@\u2060somebody, thanks @\u2060team/x"),
        ("1. one\n- two\n+ three\n=====", "1\\. one\n\\- two\n\\+ three\n\\====="),
        ("&lt;script&gt; ~~gone~~", "\\&lt;script\\&gt; \\~\\~gone\\~\\~"),
    ],
)
def test_markdown_calls_nobody_and_stays_a_paragraph(text: str, shown: str) -> None:
    assert markdown.escape(text) == shown


def test_complaints_are_printable(capsys: pytest.CaptureFixture[str]) -> None:
    app._complain(EVIL, EVIL)
    told = capsys.readouterr().err
    assert all(c.isprintable() or c == "\n" for c in told)
    assert not SECRET.search(told)


# ------------------------------------------------------------------------- keys
@pytest.mark.parametrize("name", KEYS)
def test_keys_of_the_usual_forms_are_taken_out(name: str) -> None:
    for text in (KEYS[name], f'key = "{KEYS[name]}"', f"ValueError: {KEYS[name]}\n"):
        assert not SECRET.search(redact.redact(text))
        assert not SECRET.search(json_text({"a": [text]}))
        assert json.loads(json_text({"a": [text]}))["a"]


@pytest.mark.parametrize(
    "text",
    [
        "sk_learn_something_quite_long_1",
        "task-1234567890-abcdefghijklmnop",
        "hf_transformers_model_for_names",
        "def akia(): return 'AKIA'",
        'url = f"http://{user}:{password}@{host}/"',
        'if text.startswith("-----BEGIN PRIVATE KEY-----"):\n    x = "kept"',
        "import pkg_resources  # xoxo",
        "Bearer of good news",
    ],
)
def test_code_that_only_looks_similar_is_let_be(text: str) -> None:
    assert redact.redact(text).count("[redacted]") == text.count("BEGIN")
    assert "kept" in redact.redact(text) or "kept" not in text


def test_harmless_values_of_the_environment_are_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USE_TOKEN", "absolutely")
    monkeypatch.setenv("KEY_FILE", "/etc/ssl/key.pem")
    monkeypatch.setenv("EDITOR", "some-editor-1")
    text = "absolutely /etc/ssl/key.pem some-editor-1"
    assert redact.redact(text) == text


def test_prompts_and_journal_hold_no_key(tmp_path: Path) -> None:
    """Whoever is asked, echoes or journals sees what is left."""
    journal = SqliteJournal(tmp_path / "journal.sqlite")
    ledger = Ledger(journal)
    model = ScriptedModel(["none"])
    asked = Request((Message("user", f"def f(): '{EVIL}'"),), "scripted", max_tokens=9, slot="s")
    DiscreetModel(NotedModel(model, ledger)).complete(asked)
    for attempt in record().attempts:
        ledger.put("attempt", attempt.candidate_digest, attempt)
    ledger.put("note", "", EVIL)
    assert not SECRET.search(model.requests[0].messages[0].content)
    assert not SECRET.search("".join(entry.value for entry in journal.entries()))
    assert [each.candidate_digest for each in ledger.all("attempt", Attempt)] == [
        each.candidate_digest for each in record().attempts
    ]
    journal.close()


def test_what_is_committed_keeps_its_bytes(tmp_path: Path) -> None:
    """A patch is verified byte for byte, and goes on as it is after a kill."""
    journal = SqliteJournal(tmp_path / "journal.sqlite")
    Ledger(journal).put("kept", "", f"{KEYS['openai']}")
    assert Ledger(journal).get("kept", "", str) == KEYS["openai"]
    journal.close()
