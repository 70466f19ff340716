"""Commit as a person would, with pre-commit and codeopt as its hook.

Usage: python benchmarks/hook.py [--budget SECONDS]

Plants the fixture ``textkit``, profiles it once, installs pre-commit (which must be on PATH, or
beside this interpreter) with codeopt as its only hook, makes ten commits that change hot functions
and not their speed, and one that makes a hot function about 1.5 times slower. Printed: each
commit, whether it was let through, and the seconds that git took for it; at the end the true
slowdown, by the best of many direct timings.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures import plant

CONFIG = """\
repos:
  - repo: local
    hooks:
      - id: codeopt
        name: codeopt (no hot function gets slower)
        entry: {python} -m codeopt hook run -v --budget {budget:g}
        language: system
        types: [python]
        pass_filenames: false
        verbose: true
"""
CLEAN, DESCRIBE, LINES = (f"textkit/{name}.py" for name in ("clean", "describe", "lines"))


@dataclass(frozen=True, slots=True)
class Commit:
    """Hold one change: texts of a file that are replaced."""

    what: str
    path: str
    edits: tuple[tuple[str, str], ...]


NEUTRAL = (
    Commit(
        "name the pattern of content_words",
        CLEAN,
        (
            (
                '    words = []\n    for word in re.findall(r"[^\\W\\d_]+", normalise(text)):',
                "    words = []\n    clean = normalise(text)\n"
                '    for word in re.findall(r"[^\\W\\d_]+", clean):',
            ),
        ),
    ),
    Commit(
        "rename the list of content_words",
        CLEAN,
        (
            ("    words = []\n    clean", "    kept = []\n    clean"),
            (
                "            words.append(word)\n    return words",
                "            kept.append(word)\n    return kept",
            ),
        ),
    ),
    Commit("rename the result of normalise", CLEAN, (("result", "folded"),)),
    Commit("say more about normalise", CLEAN, (("squeeze white space.", "squeeze blanks."),)),
    Commit(
        "turn a condition of strip_markup round",
        CLEAN,
        (('elif char == ">" and depth:', 'elif depth and char == ">":'),),
    ),
    Commit(
        "make normalise join at once",
        CLEAN,
        (('" ".join(folded.split())', 'str.join(" ", folded.split())'),),
    ),
    Commit(
        "name the words of vocabulary",
        DESCRIBE,
        (
            (
                "        for word in content_words(text):\n            if word not in seen",
                "        words = content_words(text)\n        for word in words:\n"
                "            if word not in seen",
            ),
        ),
    ),
    Commit("rename what vocabulary has seen", DESCRIBE, (("seen", "known"),)),
    Commit("rename what dedupe keeps", LINES, (("kept", "rest"),)),
    Commit(
        "add a function beside hot ones",
        CLEAN,
        (("def slugify", "def words(text):\n    return normalise(text).split()\n\n\ndef slugify"),),
    ),
)
SLOWER = Commit(
    "look words up in a copy, and again",
    CLEAN,
    (
        (
            "        if word not in STOP_WORDS:",
            "        known = list(STOP_WORDS)\n"
            "        if word not in known and word not in STOP_WORDS:",
        ),
    ),
)


def main() -> int:
    """Print one line a commit; exit with 1 when one ended otherwise than it should."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--budget", type=float, default=60.0, help="seconds for each commit")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory) / "textkit"
        plant("textkit", root)
        install(root, chosen.budget)
        right = [show(root, commit, passes=True) for commit in NEUTRAL]
        right.append(show(root, SLOWER, passes=False))
        truth(root)
    return 0 if all(right) else 1


def install(root: Path, budget: float) -> None:
    """Make the profile and install the hook, as docs/hook.md says."""
    config = CONFIG.format(python=sys.executable, budget=budget)
    (root / ".pre-commit-config.yaml").write_text(config)
    run(root, "git", "add", "-A")
    run(root, "git", "commit", "-qm", "Use pre-commit")
    run(root, sys.executable, "-m", "codeopt", "profile", "-q")
    run(root, tool(), "install")


def show(root: Path, commit: Commit, *, passes: bool) -> bool:
    """Make a commit; tell whether it was let through as it should be."""
    file = root / commit.path
    text = file.read_text()
    for old, new in commit.edits:
        if old not in text:
            raise SystemExit(f"{commit.what}: {old!r} is not in {commit.path}")
        text = text.replace(old, new)
    file.write_text(text)
    started = time.monotonic()
    done = run(root, "git", "commit", "-qam", commit.what, check=False)
    seconds = time.monotonic() - started
    passed = done.returncode == 0
    told = next(
        (line for line in done.stderr.splitlines() if "codeopt" in line and "×" in line), ""
    )
    told = told or next(
        (
            line
            for line in (done.stdout + done.stderr).splitlines()
            if line.startswith("codeopt hook:")
        ),
        "",
    )
    word = "passed " if passed else "refused"
    print(f"{word} {seconds:5.1f} s  {commit.what}  {told}", flush=True)
    return passed is passes


def truth(root: Path) -> None:
    """Print how much slower the last change is, by the CPU time of both versions in turn."""
    texts = [run(root, "git", "show", f"HEAD:{CLEAN}").stdout, (root / CLEAN).read_text()]
    both: list[dict[str, Any]] = [{}, {}]
    for text, space in zip(texts, both, strict=True):
        exec(compile(text, CLEAN, "exec"), space)  # code of this repository's own fixture
    sys.path.insert(0, str(root))
    workload: dict[str, Any] = {"__name__": "workload"}
    exec(compile((root / "workload.py").read_text(), "workload.py", "exec"), workload)
    documents = list(workload["documents"](8, 220))
    best = [[float("inf")] * len(documents) for _ in both]
    for _ in range(60):
        for side, space in enumerate(both):
            for number, text in enumerate(documents):
                started = time.process_time()
                space["content_words"](text)
                best[side][number] = min(best[side][number], time.process_time() - started)
    print(f"content_words, timed directly: {sum(best[1]) / sum(best[0]):.2f}× slower")


def tool() -> str:
    """Find pre-commit."""
    beside = Path(sys.executable).with_name("pre-commit")
    found = str(beside) if beside.exists() else shutil.which("pre-commit")
    if not found:
        raise SystemExit("pre-commit is missing: pip install pre-commit")
    return found


def run(root: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command in the repository."""
    names = {"AUTHOR", "COMMITTER"}
    who = {f"GIT_{each}_NAME": "A" for each in names}
    who |= {f"GIT_{each}_EMAIL": "a@example.org" for each in names}
    environment = {**os.environ, **who}
    return subprocess.run(
        words, cwd=root, env=environment, capture_output=True, text=True, check=check
    )


if __name__ == "__main__":
    sys.exit(main())
