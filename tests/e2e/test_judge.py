"""``codeopt judge`` rules on changes to directories and repositories, and leaves no trace."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.command import INI, codeopt, git, picture, repository

MODULE = """def squares(values):
    out = []
    for value in values:
        out = out + [value * value]
    return out
"""
FAST = MODULE.replace("out = out + [value * value]", "out.append(value * value)")
SLOW = MODULE.replace("return out", "return [each for each in out for _ in range(40)][::40]")
WRONG = FAST.replace("return out", "return out[:3]")  # which the tests do not see
HELPER = """def _square(value):
    return value * value


def squares(values):
    return [_square(value) for value in values]
"""
TESTS = """from mod import squares


def test_squares():
    for k in range(12):
        assert squares(list(range(k, 600 + k)))[2] == (k + 2) ** 2
"""
FILES = {"mod.py": MODULE, "test_mod.py": TESTS, "pytest.ini": INI}
QUICK = ("--json", "--measure-seconds", "120", "--workload-seconds", "2")  # caps, not costs
CUBES = MODULE.replace("squares", "cubes").replace("value * value", "value**3")
MORE_TESTS = (
    TESTS
    + """

def test_cubes():
    from more import cubes

    assert cubes(list(range(600)))[2] == 8
"""
)


def plain(tmp_path: Path) -> Path:
    """Make a directory that git knows nothing of."""
    root = tmp_path / "a plain dïr"
    root.mkdir()
    for name, text in FILES.items():
        (root / name).write_text(text)
    return root


def test_a_good_rewrite_is_kept_where_there_is_no_git_at_all(tmp_path: Path) -> None:
    root = plain(tmp_path)
    (tmp_path / "new.py").write_text(HELPER)
    words = ("--function", "mod.py::squares", "--candidate", str(tmp_path / "new.py"))
    done = codeopt("judge", "-C", str(root), *words, *QUICK, home=tmp_path, PATH=str(tmp_path))
    assert done.code == 0, done.err
    found = done.document
    assert (found["version"], found["verdict"], found["reason"]) == (1, "keep", None)
    (function,) = found["functions"]
    assert (function["target"], function["same"], function["faster"]) == (
        "mod.py::squares",
        True,
        True,
    )
    assert function["speedup"]["low"] > 1.05
    assert function["calls_compared"] == 12
    assert function["inputs_generated"] > 0
    assert function["counterexample"] is None
    assert found["tests"] == {"run": 1, "changed": []}
    assert found["control"]["ok"] is True
    assert sorted(path.name for path in root.rglob("*")) == sorted(FILES)


def test_a_wrong_one_is_rejected_with_an_input_that_shows_it(tmp_path: Path) -> None:
    root = plain(tmp_path)
    (tmp_path / "mod.py").write_text(WRONG)
    words = ["diff", "-u", "mod.py", "../mod.py"]
    diff = subprocess.run(words, cwd=root, capture_output=True, check=False).stdout
    (tmp_path / "wrong.diff").write_bytes(diff.replace(b"../mod.py", b"mod.py"))
    words = ["--patch", str(tmp_path / "wrong.diff"), "--no-speed", "--bench", "mod.py"]
    done = codeopt("judge", "-C", str(root), *words, *QUICK, home=tmp_path)
    assert done.code == 1, done.err
    (function,) = done.document["functions"]
    assert done.document["reason"]["code"] == "result-differs"
    assert (function["same"], function["faster"]) == (False, None)
    snippet = function["counterexample"]["snippet"]
    shown = [
        subprocess.run([sys.executable, "-c", snippet], cwd=where, capture_output=True, check=True)
        for where in (root, tmp_path)
    ]
    assert shown[0].stdout != shown[1].stdout


def test_several_functions_are_judged_and_what_may_not_be_touched_is_the_reason(
    tmp_path: Path,
) -> None:
    root = repository(tmp_path / "repo", {**FILES, "more.py": CUBES, "test_mod.py": MORE_TESTS})
    fast = CUBES.replace("out = out + [value**3]", "out.append(value**3)")
    (root / "mod.py").write_text(SLOW)
    (root / "more.py").write_text(
        "from _new import cube\n\n\n" + fast.replace("value**3", "cube(value)")
    )
    (root / "_new.py").write_text("def cube(value):\n    return value**3\n")
    (root / "test_mod.py").write_text(MORE_TESTS + "\n\ndef test_more():\n    assert False\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "two")
    before = picture(root)
    done = codeopt("judge", "-C", str(root), "HEAD~1..HEAD", *QUICK, home=tmp_path)
    assert done.code == 1, done.err
    found = done.document
    assert found["reason"]["code"] in ("touches-locked-file", "touches-other-code")
    ruled = {each["target"]: (each["same"], each["faster"]) for each in found["functions"]}
    assert ruled == {"mod.py::squares": (True, False), "more.py::cubes": (True, True)}
    assert found["tests"] == {"run": 2, "changed": []}  # those of the first commit
    assert picture(root) == before
    assert not (root / ".git" / "codeopt").exists()


def test_red_tests_are_a_precondition_and_what_no_test_calls_is_undecided(tmp_path: Path) -> None:
    root = plain(tmp_path)
    (tmp_path / "new.py").write_text(FAST)
    words = ("--function", "mod.py::squares", "--candidate", str(tmp_path / "new.py"), "--no-speed")
    (root / "test_mod.py").write_text("def test_nothing():\n    assert False\n")
    done = codeopt("judge", "-C", str(root), *words, home=tmp_path)
    assert (done.code, done.out) == (4, "")
    assert "red before any change" in done.err
    (root / "test_mod.py").write_text("def test_nothing():\n    pass\n")
    done = codeopt("judge", "-C", str(root), *words, "--format", "markdown", home=tmp_path)
    assert done.code == 4, done.err
    assert done.out.startswith("## codeopt judge: undecided\n")
    assert "--bench" in done.out


def test_a_merge_is_judged_by_what_it_brings(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", FILES)
    git(root, "checkout", "-qb", "side")
    (root / "mod.py").write_text(FAST)
    git(root, "commit", "-qam", "fast")
    git(root, "checkout", "-q", "-")
    (root / "notes.txt").write_text("The other side.\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "notes")
    git(root, "merge", "-q", "--no-ff", "-m", "merge", "side")
    done = codeopt("judge", "-C", str(root), "HEAD^1..HEAD", "--no-speed", "--json", home=tmp_path)
    assert done.code == 0, (done.err, done.out)
    (function,) = done.document["functions"]
    assert (function["target"], function["same"]) == ("mod.py::squares", True)


BENCH = (
    MODULE
    + """

def total(lines):
    found = 0
    for line in lines:
        found = sum([found, *map(int, line.split())])
    return found
"""
)
WORK = """import mod

print(len(mod.squares(list(range(3000)))))
for _ in range(20):
    with open("numbers.txt") as file:
        print(mod.total(file))
"""


def test_a_workload_times_what_cannot_be_compared(tmp_path: Path) -> None:
    numbers = "1 2 3 4 5 6 7 8\n" * 2000
    files = {**FILES, "mod.py": BENCH, "work.py": WORK, "numbers.txt": numbers}
    root = repository(tmp_path / "repo", files)
    quick = BENCH.replace(MODULE, FAST).replace("found = sum([found, *map(int, line.split())])",
                                                "found += 36 if line[:1] else 0")  # fmt: skip
    (root / "mod.py").write_text(quick)
    git(root, "commit", "-qam", "quick")
    words = ("HEAD~1..HEAD", "--bench", "work.py", *QUICK)
    done = codeopt("judge", "-C", str(root), *words, home=tmp_path)
    assert done.code == 4, (done.err, done.out)
    found = done.document
    assert found["reason"]["code"] == "unverified"
    assert "timed inside the workload it is" in found["reason"]["text"]
    ruled = {each["target"]: each for each in found["functions"]}
    squares, total = ruled["mod.py::squares"], ruled["mod.py::total"]
    assert (squares["same"], squares["faster"], squares["timed"]) == (True, True, "replay")
    assert (total["same"], total["timed"]) == (None, "workload")
    assert total["speedup"]["estimate"] > 1.05
    assert found["control"]["ok"] is True
