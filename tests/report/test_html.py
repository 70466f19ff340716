"""The HTML report: words from outside are text, figures are there, the page is fit to read."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from codeopt.model.code import FunctionId
from codeopt.model.evidence import (
    Attempt,
    Check,
    CheckResult,
    ClassSpeed,
    Decision,
    Difference,
    Frame,
    Interval,
    Spend,
    Stack,
    Verdict,
)
from codeopt.model.machine import Fingerprint
from codeopt.model.reasons import Code, Reason
from codeopt.model.run import RunRecord
from codeopt.model.tree import FunctionTree, Node, NodeKind
from codeopt.report.html import charts, draw, page
from tests.support import values

HOSTILE = (
    "</pre></style></script><script>alert(1)</script><img src=x onerror=alert(2)>"
    "\" onload='x' &lt; ]]> \x1b[31m\x00\ud800\ufffe"
)
STYLE = Path(page.__file__).with_name("style.css").read_text("utf-8")


class Page(HTMLParser):
    """Gather the elements of a page, its attributes and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def values(self, name: str) -> list[str]:
        return [value for _, each, value in self.attributes if each == name]


def hostile() -> RunRecord:
    """Return a run in which everything that comes from outside is hostile."""
    target = FunctionId(HOSTILE, HOSTILE)
    classes = tuple(ClassSpeed(HOSTILE, 3, values.SPEEDUP) for _ in range(2))
    machine = Fingerprint(HOSTILE, 2, HOSTILE, HOSTILE, 0.5)
    differs = Difference(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    verdict = Verdict((CheckResult(Check.INPUTS, True, 3, edges=(differs,), effects=(HOSTILE,)),))
    good = replace(
        values.kept(verdict=verdict, diff=f"+{HOSTILE}\n", explanation=HOSTILE, technique=HOSTILE),
        target=target,
        measurement=values.measurement(classes=classes, fingerprint=machine),
        spend=Spend(0.1, 10, 20, 1),
    )
    reason = Reason(Code.RESULT, HOSTILE, HOSTILE)
    failed = Verdict((CheckResult(Check.ORACLE, False, 3, reason, differs),))
    bad = replace(good, commit=None, decision=Decision(False, reason), verdict=failed)
    known = values.record().profile
    assert known is not None
    frames = (Frame(HOSTILE, HOSTILE, 1), Frame("a.py", "g", 2))
    spot = replace(known.hotspots[0], id=target)
    profile = replace(known, hotspots=(spot,), stacks=(Stack(frames, 3, 1.0),))
    meta = values.meta(targets=(HOSTILE,))
    tree = FunctionTree(target, "d", Node(HOSTILE, NodeKind.ROOT, HOSTILE))
    return values.record(good, bad, meta=meta, profile=profile, notes=(HOSTILE,), trees=(tree,))


def drawn(record: RunRecord) -> Page:
    return Page(page.render(record))


# ---------------------------------------------------------------------------- what is in it
def test_the_page() -> None:
    found = drawn(values.record())
    text = " ".join(found.words)
    assert "codeopt: 1 kept, 1 rejected" in text
    assert "1.42× faster (95 % CI 1.36–1.48, 30 pairs)" in text
    assert "34 recorded calls, 100 generated inputs and 12 tests agree" in text
    assert "slower (try another)" in text
    assert "git merge codeopt/20260101-000000-abcd" in text
    assert found.open == []
    links = {value[1:] for value in found.values("href") if value.startswith("#")}
    assert links <= set(found.values("id"))
    assert len(found.values("id")) == len(set(found.values("id")))
    assert found.tags.count("h1") == 1
    assert found.tags.count("th") == len(found.values("scope"))
    assert found.tags.count("caption") == found.tags.count("table")


def test_a_run_with_nothing_in_it() -> None:
    empty = values.record(outcome=None, profile=None, control=None, recordings=())
    text = page.render(replace(empty, attempts=()))
    assert "Nothing was found" in text
    assert "not finished" in text


def test_nothing_from_outside_is_markup() -> None:
    found = drawn(hostile())
    assert not {"script", "img", "iframe", "object", "form"} & set(found.tags)
    assert not [name for _, name, _ in found.attributes if name.startswith("on")]
    outside = [value for name in ("href", "src", "xlink:href") for value in found.values(name)]
    assert all(value.startswith(("#", "data:,")) for value in outside)
    text = " ".join(found.words)
    assert text.count("<script>alert(1)</script>") > 10
    assert not re.search(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe]", text)
    assert found.open == []


def test_without_the_library_the_figures_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw, "can_draw", lambda: False)
    text = page.render(hostile())
    assert "<svg" not in text
    assert "codeopt[report]" in text
    assert "1.400, 1.450" in text


# ---------------------------------------------------------------------------- charts
def test_charts_say_in_words_what_they_show() -> None:
    pytest.importorskip("vl_convert")
    found = drawn(hostile())
    pictures = [value for tag, name, value in found.attributes if (tag, name) == ("svg", "role")]
    assert pictures == ["img"] * 4  # time, ratios, classes, spend
    labels = [
        value for tag, name, value in found.attributes if (tag, name) == ("svg", "aria-label")
    ]
    assert "2 paired ratios of cpu time" in labels[1]
    assert "the least is 1.42×" in labels[2]


def test_the_icicle_shows_the_project_alone() -> None:
    known = values.record().profile
    assert known is not None
    mine, other = Frame("a.py", "f", 1), Frame("/lib/x.py", "lib", 1)
    inner = Frame("a.py", "g", 9)
    stacks = (Stack((other, mine, inner, other), 3, 3.0), Stack((mine,), 1, 1.0))
    spec = charts.icicle(replace(known, stacks=stacks), frozenset({("a.py", "g")}))
    assert spec is not None
    rows = spec["data"][0]["values"]
    assert [(row["name"], row["own"]) for row in rows[1:]] == [("f", 0.25), ("g", 0.75)]
    assert [row["kept"] for row in rows[1:]] == [False, True]
    assert charts.icicle(replace(known, stacks=()), frozenset()) is None


def test_classes_that_are_called_alike_keep_a_row_each() -> None:
    slow = ClassSpeed("empty", 1, Interval(0.9, 0.8, 1.0, 9))
    rows = charts.classes([slow, slow])["layer"][1]["data"]["values"]
    assert [row["name"] for row in rows] == ["empty", "empty (2)"]


def test_spend_is_summed_by_target() -> None:
    attempt: Attempt = replace(values.rejected(), spend=Spend(0, 10, 5, 1))
    rows = charts.spend([attempt, attempt])["data"]["values"]
    assert [row["tokens"] for row in rows] == [20, 10]


# ---------------------------------------------------------------------------- fit to read
def palettes() -> list[dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    return [dict(re.findall(r"--(\w+): (#\w{6})", part)) for part in (light, dark)]


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    lin = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * lin[0] + 0.7152 * lin[1] + 0.0722 * lin[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1])
def test_contrast_is_enough(theme: int) -> None:
    """Text needs 4.5 : 1, what is drawn 3 : 1 (WCAG 2.2, 1.4.3 and 1.4.11)."""
    colors = palettes()[theme]
    for ground in ("paper", "sheet"):
        for text in ("ink", "quiet", "link", "good"):
            assert contrast(colors[text], colors[ground]) >= 4.5, (text, ground)
        for shape in ("bad", "good", "cool", "warm"):
            assert contrast(colors[shape], colors[ground]) >= 3, (shape, ground)
    for ground in ("add", "del", "bar", "mark", "line"):
        assert contrast(colors["ink"], colors[ground]) >= 4.5, ground
    assert contrast(colors["quiet"], colors["hunk"]) >= 4.5


@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
def test_a_browser_has_nothing_to_complain_of(tmp_path: Path) -> None:
    """The policy of the page makes the browser complain of whatever it would have to fetch."""
    text = page.render(hostile())
    broken = text.replace("</main>", "<img src='http://127.0.0.1:9/'></main>")
    assert console(tmp_path / "report.html", text) == []
    assert len(console(tmp_path / "broken.html", broken)) == 1


def console(file: Path, text: str) -> list[str]:
    """Open a page in headless Chromium; return what its console says."""
    file.write_text(text, "utf-8")
    words = "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-component-update"
    offline = "--host-resolver-rules=MAP * ~NOTFOUND"
    profile = f"--user-data-dir={file.parent / 'profile'}"
    command = ["chromium", *words.split(), offline, profile, "--enable-logging=stderr"]
    done = subprocess.run(
        [*command, "--dump-dom", file.as_uri()], capture_output=True, text=True, timeout=60
    )
    assert "How to reproduce it" in done.stdout
    return [line for line in done.stderr.splitlines() if "CONSOLE" in line]
