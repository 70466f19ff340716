"""Go through a review as a person would, in tmux, and draw what the terminal shows.

    python benchmarks/review.py [--run]

Plants the project ``textkit`` in ``.demo/review`` and runs codeopt on three of its functions (the
catalogue, no model); ``--run`` leaves that out. Then, in ``codeopt review``: the
first patch is rejected with a remark, which leads to another one; the second is edited and
judged again; the third is accepted; all are taken as commits. The answer to the remark is SCRIPTED:
it stands below, and comes through ``handoff:``. The screens go to ``docs/pictures``. Needs tmux.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from terminal import ROOT, Terminal

HERE = Path(__file__).resolve()
TERMINAL = Terminal("codeopt-review")
PLACE = Path(".demo/review").resolve()
CODEOPT = Path(sys.executable).with_name("codeopt")
TARGETS = (
    "textkit/clean.py::content_words",
    "textkit/describe.py::vocabulary",
    "textkit/clean.py::strip_markup",
)
QUICK = ("--profile-seconds", "4", "--measure-seconds", "10", "--workload-seconds", "8")
REMARK = "re caches patterns: leave the pattern where it is read"
ANSWER = '''The stop words are looked up in a frozenset, and a comprehension collects the words; the
pattern stays where it is. (This answer is scripted.)

```python
_STOP_WORD_SET = frozenset(STOP_WORDS)


def content_words(text):
    """Return the words of a text that carry meaning, in order."""
    found = re.findall(r"[^\\W\\d_]+", normalise(text))
    return [word for word in found if word not in _STOP_WORD_SET]
```
'''
EDIT = '''def vocabulary(texts):
    """Return the distinct content words of several texts, in the order of first appearance."""
    return list(dict.fromkeys(word for text in texts for word in content_words(text)))
'''


def main() -> None:
    """Run, review, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", action="store_true", help="leave the run out")
    parser.add_argument("--as-editor", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.as_editor:
        edit(options.as_editor)
        return
    project = PLACE / "textkit"
    if not options.run:
        sys.path.insert(0, str(ROOT))
        from fixtures import plant

        shutil.rmtree(PLACE, ignore_errors=True)
        PLACE.mkdir(parents=True)
        plant("textkit", project)
        subprocess.run([CODEOPT, "run", "-C", project, *TARGETS, *QUICK], check=True)
    hand, stopped = PLACE / "hand", threading.Event()
    model = threading.Thread(target=answer, args=(hand, stopped))
    model.start()
    try:
        review(project, hand)
    finally:
        stopped.set()
        model.join()
        TERMINAL.end()
    print(subprocess.run(["git", "-C", project, "log", "--stat", "-4"], check=True))
    subprocess.run([CODEOPT, "report", "-C", project, "--format", "markdown"], check=True)


def edit(file: Path) -> None:
    """Do what a person does in the editor: write the function anew."""
    text = file.read_text("utf-8")
    found = re.search(r"^def vocabulary\(.*?(?=^def |\Z)", text, re.M | re.S)
    assert found is not None
    file.write_text(text[: found.start()] + EDIT + "\n\n" + text[found.end() :], "utf-8")


def answer(place: Path, stopped: threading.Event) -> None:
    """Write the scripted answer beside each prompt."""
    while not stopped.wait(0.2):
        for prompt in place.glob("*.prompt.md"):
            file = prompt.with_name(prompt.name.replace(".prompt.", ".answer."))
            if not file.exists():
                file.write_text(ANSWER, "utf-8")


def review(project: Path, hand: Path) -> None:
    """Press the keys."""
    editor = f"{sys.executable} {HERE} --as-editor"
    words = f"EDITOR='{editor}' COLORTERM=truecolor {CODEOPT} review -C {project}"
    words += f" --model handoff:{hand} --samples 1"
    TERMINAL.start(f"{words}; sleep 600")
    wait, draw, keys = TERMINAL.wait, TERMINAL.draw, TERMINAL.keys
    wait("Patch 1 of 3")
    draw("review-patch", "codeopt review: a patch")
    keys("r")
    wait("Why is the rewrite")
    keys("-l", REMARK)
    draw("review-remark", "codeopt review: a rejection with a remark")
    keys("C-r")
    wait("Another rewrite of")
    wait("judging an answer", 400)
    draw("review-round", "codeopt review: another round")
    wait("Patch 2 of 4", 600)
    draw("review-beside", "codeopt review: another patch beside the rejected one")
    keys("a")
    wait("Patch 3 of 4")
    keys("e")
    wait("Judging what you made", 60)
    wait("it replaces the patch", 600)
    draw("review-edited", "codeopt review: an edit that was judged and kept")
    keys("a")
    wait("Patch 4 of 4")
    keys("a")
    wait("Press t to take them")
    keys("q")
    wait("Take 3 patches?")
    draw("review-take", "codeopt review: taking what is accepted")
    keys("Down", "Enter")
    wait("3 accepted, 1 rejected, 0 open.")


if __name__ == "__main__":
    main()
