"""A function is divided, conquered and put together; the answers of the model are scripted."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.e2e.project import QUICK, entries, running
from tests.support.command import INI, codeopt, git, picture, repository
from tests.support.endpoint import Act, Ask, Endpoint, text

MODULE = '''"""Words."""


def ranking(words, least):
    """Rank words by how often they come."""
    counts = []
    for word in words:
        number = 0
        for other in words:
            if other == word:
                number += 1
        counts.append((word, number))
    seen = set()
    ranked = []
    for word, number in counts:
        if word not in seen and number >= least:
            seen.add(word)
            ranked.append((number, word))
    ranked.sort(key=lambda pair: (-pair[0], pair[1]))
    return [word for _, word in ranked]
'''
TESTS = """from words import ranking


def test_ranking():
    for k in range(1, 24):
        words = ["w%d" % (n * k % 17) for n in range(300)]
        assert len(ranking(words, 2)) <= 17
"""
COUNTED = """```python
def _ranking_block1(words):
    numbers = {}
    for word in words:
        numbers[word] = numbers.get(word, 0) + 1
    return [(word, numbers[word]) for word in words]
```
"""
ANSWERS = (COUNTED.replace("+ 1", "+ 2"), COUNTED)


def test_killed_in_the_middle_of_a_tree_it_goes_on(tmp_path: Path) -> None:
    root = repository(
        tmp_path / "repo", {"words.py": MODULE, "test_words.py": TESTS, "pytest.ini": INI}
    )
    before = picture(root)
    stalled = False

    def answer(ask: Ask) -> Act:
        nonlocal stalled
        second = ask.number > 0
        act = text(ANSWERS[second])
        if second and not stalled:  # the run is killed while it waits for the second body
            stalled = True
            return Act(act.status, act.body, act.headers, stall=60.0)
        return act

    with Endpoint(answer) as endpoint:
        words = ("words.py::ranking", "--strategy", "decompose", "--samples", "2")
        model = ("--model", "openai/scripted", "--api-base", endpoint.url)
        with running(root, tmp_path, *words, *model, *QUICK) as run:
            run.wait_for(lambda: len(endpoint.asks) == 2)
            run.stop(signal.SIGKILL)
        kinds = ("certified", "child-calls", "examined", "spend", "judged")
        known = {kind: entries(root, kind) for kind in kinds}
        assert [len(known[kind]) for kind in kinds[:3]] == [1, 1, 1]
        assert "the same on" in run.err  # the tree is shown while it grows
        with running(root, tmp_path, "--resume", "--json") as run:
            done = run.end()
    assert done.code == 0, done.err
    for kind, values in known.items():
        now = entries(root, kind)
        assert {key: now.get(key) for key in values} == values, kind
    # the question during which it was killed is the only one that was asked twice
    assert len(endpoint.asks) == 3, done.err
    assert endpoint.asks[1].prompt == endpoint.asks[2].prompt != endpoint.asks[0].prompt
    document = done.document
    (kept,) = document["kept"]
    # the part is small, is called once, and gains nothing by being apart: it was put inline
    assert "+    numbers = {}" in kept["diff"]
    assert "def _ranking_block1" not in kept["diff"]
    codes = {each["technique"]: each["reason"]["code"] for each in document["rejected"]}
    assert "result-differs" in codes.values()
    assert set(codes.values()) <= {"result-differs", "superseded"}
    (tree,) = document["trees"]
    (node,) = tree["root"]["children"]
    assert (node["name"], node["kind"], node["certified"]) == ("_ranking_block1", "slice", True)
    assert [sample["same"] for sample in node["samples"]] == [False, True]
    assert node["chosen"] == node["samples"][1]["digest"]
    assert picture(root) == before
    assert (
        "Function tree of words.py::ranking"
        in codeopt("report", "-C", str(root), home=tmp_path).out
    )
    told = codeopt("report", "-C", str(root), "--format", "markdown", home=tmp_path).out
    assert "- `_ranking_block1`: block of the original" in told
    branch = git(root, "branch", "--list", "codeopt/*", "--format=%(refname:short)").strip()
    assert "numbers.get" in git(root, "show", f"{branch}:words.py")
