"""Patches are edited and asked for anew in the plain review, and judged again, for real.

The answers of the model are scripted: they come through ``handoff:``, from this test.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from pathlib import Path

from codeopt import codec
from codeopt.adapters.git_repository import GitRepository
from codeopt.adapters.sqlite_journal import SqliteJournal
from codeopt.cli.reviewing import open_review
from codeopt.config import ModelSettings, ProjectSettings, Settings
from codeopt.ledger import Ledger
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.code import FunctionId
from codeopt.model.review import Kind
from codeopt.runs import RunDirectory, RunStore
from tests.cli.test_review import typed
from tests.support import values
from tests.support.command import git, repository

SLOW = """def spread(values):
    ordered = []
    for _ in range(40):
        ordered = sorted([value for value in values])
    return ordered[-1] - ordered[0]
"""
FAST = """def spread(values):
    ordered = sorted(values)
    return ordered[-1] - ordered[0]
"""
EDITED = FAST.replace("ordered", "found")
WRONG = FAST.replace("ordered[-1] - ordered[0]", "ordered[0] - ordered[-1]")
ANSWER = """A list that is sorted in place saves a copy. This answer is scripted.

```python
def spread(values):
    ordered = list(values)
    ordered.sort()
    return ordered[-1] - ordered[0]
```
"""
FILES = {
    "pkg/__init__.py": "",
    "pkg/mod.py": SLOW,
    "test_mod.py": "from pkg.mod import spread\n\n\ndef test():\n    assert spread([3, 1]) == 2\n",
    "bench.py": "from pkg.mod import spread\n\nfor n in [*range(40)] * 10: spread(range(n, 100))\n",
    "editor.py": """import sys
from pathlib import Path

here = Path(__file__).parent
texts = sorted(here.glob("edit*.txt"))
Path(sys.argv[-1]).write_text(texts[0].read_text())
texts[0].unlink()
""",
}
TARGET = FunctionId("pkg/mod.py", "spread")


def reviewed(root: Path) -> RunDirectory:
    """Leave a run behind that kept one patch."""
    store, repo = RunStore(root / ".git" / "codeopt"), GitRepository(root)
    directory, head = store.create(), GitRepository(root).status().head
    settings = Settings(
        project=ProjectSettings(python=sys.executable, bench="python bench.py"),
        model=ModelSettings(samples=1),
    )
    measure = replace(settings.measure, measure_seconds=30.0, workload_seconds=2.0, alpha=0.3)
    settings = replace(settings, measure=measure)
    branch = f"codeopt/{directory.name}"
    meta = values.meta(run=directory.name, branch=branch, commit=head)
    patch = Patch((FileChange("pkg/mod.py", SLOW.encode(), FAST.encode()),))
    tip = repo.commit(head, patch, "patch\n")
    repo.move_branch(branch, tip, expected=None)
    journal = SqliteJournal(directory.journal)
    ledger = Ledger(journal)
    ledger.put("meta", "", replace(meta, settings=codec.encode(settings)))
    attempt = values.kept(commit=tip, diff=patch.diff(), code=FAST, explanation="Sort once.")
    ledger.put("attempt", "0", replace(attempt, target=TARGET, candidate_digest="first"))
    ledger.put("outcome", "", values.record().outcome)
    journal.close()
    return directory


def answering(place: Path, stopped: threading.Event) -> None:
    """Answer every prompt with the script, as a person would by hand."""
    while not stopped.wait(0.1):
        for prompt in place.glob("*.prompt.md"):
            answer = prompt.with_name(prompt.name.replace(".prompt.", ".answer."))
            if not answer.exists():
                answer.write_text(ANSWER)


def test_an_edit_is_judged_again_and_a_remark_leads_to_another_patch(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", FILES)
    run = reviewed(root)
    for number, text in enumerate([WRONG, EDITED]):
        (root / f"edit{number}.txt").write_text(text)
    place, stopped = tmp_path / "hand", threading.Event()
    model = threading.Thread(target=answering, args=(place, stopped))
    model.start()
    try:
        lines = ("m", "Sort in place.", "q")
        shown = typed(root, *lines)
        assert "a model is needed to act on a remark, and this run had none" in shown
        lines = ("e", "e", "n", "one list is enough", "y", "y", "c")
        editor = f"{sys.executable} {root / 'editor.py'}"
        shown = typed(root, *lines, options=("--model", f"handoff:{place}"), EDITOR=editor)
    finally:
        stopped.set()
        model.join()
    assert "the patch stays as it was: " in shown, shown
    assert "it replaces the patch: " in shown, shown
    assert "a new patch: " in shown, shown
    assert "1 accepted, 1 rejected, 0 open." in shown, shown
    prompt = min(place.glob("*.prompt.md"))
    assert "stays the\nsame: one list is enough" in prompt.read_text()
    assert (root / "pkg" / "mod.py").read_text() == ANSWER.split("```python\n")[1][:-4]
    with open_review(root, run.name) as opened:
        record = opened.record
        refused = opened.opinions.rejected()
    assert [(e.kind, e.kept) for e in record.exchanges] == [
        (Kind.EDIT, False),
        (Kind.EDIT, True),
        (Kind.REMARK, True),
    ]
    edited, asked = record.kept
    assert record.branch == f"codeopt/{run.name}-3"
    message = git(root, "log", "-1", "--format=%B", record.branch)
    assert "Codeopt-Edited: edited by a person\n" in message
    assert edited.commit == git(root, "rev-parse", record.branch).strip()
    assert git(root, "show", f"{record.branch}:pkg/mod.py") == EDITED
    assert git(root, "rev-parse", f"codeopt/{run.name}-4").strip() == asked.commit
    assert asked.model == "handoff"
    assert [each.candidate_digest for each in refused] == [edited.candidate_digest]
    reasons = [str(each.decision.reason) for each in record.rejected]
    assert "edited, it is kept instead" in reasons
