"""All strategies take turns in one run, which is killed and goes on; the answers are scripted."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.e2e.project import INI, QUICK, entries, running
from tests.propose.test_companions import SHOP
from tests.support.command import git, picture, repository
from tests.support.endpoint import Act, Ask, Endpoint, text

TARGET = "shop/report.py::places"
TESTS = """from shop.report import places


def test_places():
    for k in range(1, 24):
        names = ["n%d" % (n * k % 401) for n in range(400 - k)]
        assert len(places(names, names[::2])) == len(names[::2])
"""
CALLS = "from shop.index import _index, _look\n\n\n"
WRONG = """def _index(names):
    return {name: place for place, name in enumerate(names)}


def _look(index, name):
    return index.get(name, -1)


def places(names, wanted):
    known = _index(names)
    return [_look(known, name) for name in wanted]
"""
ALSO_WRONG = WRONG.replace("index.get(name, -1)", "index[name] if name in index else -1")
RIGHT = WRONG.replace(
    "return {name: place for place, name in enumerate(names)}",
    "found = {}\n    for place, name in enumerate(names):\n        found.setdefault(name, place)\n"
    "    return found",
)


def code(source: str) -> str:
    return f"A dict.\n```python\n{source}```\n"


def reply(ask: Ask) -> str:
    if "Answer with your critique" in ask.prompt:
        return "Pairs are searched one after the other."
    if "That answer cannot be used" in ask.prompt or "A reviewer says" in ask.prompt:
        return "I have no idea."
    if "Technique to use" in ask.prompt:
        return code(WRONG)
    return code(RIGHT if "Read the trace" in ask.prompt else ALSO_WRONG)


def test_they_take_turns_and_a_kill_costs_one_question(tmp_path: Path) -> None:
    files = {**SHOP, "test_shop.py": TESTS, "pytest.ini": INI, "shop/__init__.py": ""}
    root = repository(tmp_path / "repo", files)
    before = picture(root)
    stalled = False

    def answer(ask: Ask) -> Act:
        nonlocal stalled
        act = text(reply(ask))
        if "Read the trace" in ask.prompt and not stalled:  # the run is killed while it waits
            stalled = True
            return Act(act.status, act.body, act.headers, stall=60.0)
        return act

    with Endpoint(answer) as endpoint:
        words = (TARGET, "--samples", "1", "--without", "simplify")
        model = ("--model", "openai/scripted", "--api-base", endpoint.url)
        with running(root, tmp_path, *words, *model, *QUICK) as run:
            run.wait_for(lambda: stalled, 300.0)
            run.stop(signal.SIGKILL)
        kinds = ("visit", "lessons", "judged", "spend", "trace")
        known = {kind: entries(root, kind) for kind in kinds}
        asked = len(endpoint.asks)
        with running(root, tmp_path, "--resume", "--json") as run:
            done = run.end()
    assert done.code == 0, done.err
    # nothing that was known is learned or judged again, and one question alone is asked twice
    for kind, values in known.items():
        now = entries(root, kind)
        assert values, kind
        assert {key: now.get(key) for key in values} == values, kind
    assert entries(root, "lessons") == known["lessons"]
    assert len(endpoint.asks) == asked + 1
    assert endpoint.asks[-1].prompt == endpoint.asks[-2].prompt
    document = done.document
    found = {each["strategy"]: each["reason"]["code"] for each in document["rejected"]}
    assert found == {
        "best-of-n": "result-differs",
        "refine": "result-differs",
        "critique": "unparsable",
    }
    # what the first wrong one taught refuses the second: a few inputs instead of all
    judged = {
        each["strategy"]: each["verdict"]["checks"]
        for each in known["judged"].values()
        if each["verdict"]
    }
    assert judged["refine"][-1]["compared"] < 60
    # functions in two files change together, as one commit
    (kept,) = document["kept"]
    assert (kept["target"], kept["strategy"]) == (TARGET, "trace")
    branch = document["branch"]
    assert git(root, "rev-list", "--count", f"main..{branch}").strip() == "1"
    changed = git(root, "diff", "--name-only", f"main..{branch}").split()
    assert changed == ["shop/index.py", "shop/report.py"]
    assert "found.setdefault(name, place)" in git(root, "show", f"{branch}:shop/index.py")
    assert picture(root) == before
