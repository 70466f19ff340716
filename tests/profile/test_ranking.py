"""The hot function of a real workload comes first, and failures say what to do."""

import json

import pytest

from codeopt.config import ProjectSettings
from codeopt.model.code import FunctionId
from codeopt.model.errors import PreconditionError
from codeopt.profile.detect import find_project
from codeopt.profile.samples import read_samples
from codeopt.profile.speedscope import speedscope
from codeopt.report.calltree import call_tree
from tests.profile.conftest import profile_in

LIBRARY = """
    import statistics

    ITEMS = list(range(4000))

    def member(item):
        return item in ITEMS

    class Counter:
        def count(self, number):
            return sum(1 for item in range(number) if member(-1 - item))

    def averages(number):
        return [statistics.mean([1.5, 2.5, float(n)]) for n in range(number)]

    def cheap(number):
        return number + 1
"""
TESTS = """
    from pkg.library import Counter, averages, cheap

    def test_count():
        assert Counter().count(10_000) == 0

    def test_averages():
        assert len(averages(500)) == 500

    def test_cheap():
        assert cheap(1) == 2
"""
PROJECT = {"pkg/__init__.py": "", "pkg/library.py": LIBRARY, "tests/test_it.py": TESTS}
SCRIPT = "from pkg.library import Counter\nCounter().count(10_000)\n"
MEMBER = FunctionId("pkg/library.py", "member")


def test_a_suite(run_profile):
    found = run_profile(PROJECT)
    hottest = found.hotspots[0]
    assert hottest.id == MEMBER
    assert hottest.self_share > 0.4
    assert {line.line for line in hottest.lines} == {6}
    assert hottest.lines[0].share == pytest.approx(hottest.cumulative_share)
    counting = found.hotspot(FunctionId("pkg/library.py", "Counter.count"))
    assert counting.cumulative_share >= hottest.self_share > counting.self_share
    assert sum(spot.own_share for spot in found.hotspots) <= 1.0001
    assert found.total_seconds <= found.process_seconds
    assert found.samples > 20


def test_library_code_is_the_own_time_of_its_caller(run_profile):
    found = run_profile(PROJECT | {"work.py": "from pkg.library import averages\naverages(8000)\n"},
                        bench="work.py")  # fmt: skip
    spot = found.hotspots[0]
    assert spot.id == FunctionId("pkg/library.py", "averages")
    assert spot.own_share > 0.8 > 0.3 > spot.self_share


def test_tests_are_no_hotspots(run_profile):
    slow = "def test_slow():\n    assert sum(i * i for i in range(2_000_000))\n"
    files = {"a.py": "def f():\n    return sum(i for i in range(300_000))\n", "test_slow.py": slow}
    files["test_a.py"] = "import a\ndef test_f():\n    assert a.f()\n"
    found = run_profile(files)
    assert [spot.id.path for spot in found.hotspots] == ["a.py"]
    assert found.hotspots[0].own_share < 0.6


def test_a_script(run_profile):
    found = run_profile(PROJECT | {"work.py": SCRIPT}, bench="work.py")
    assert found.hotspots[0].id == MEMBER
    assert found.workload.label == "work.py"


def test_a_command(run_profile):
    found = run_profile(PROJECT | {"work.py": SCRIPT}, bench="python work.py && python work.py")
    assert found.hotspots[0].id == MEMBER


def test_unittest(run_profile):
    tests = """
        import unittest
        from pkg.library import Counter

        class Counting(unittest.TestCase):
            def test_count(self):
                self.assertEqual(Counter().count(10_000), 0)
    """
    files = PROJECT | {"tests/test_it.py": tests, "tests/__init__.py": ""}
    found = run_profile(files, test="python -m unittest discover -s tests -t .")
    assert found.hotspots[0].id == MEMBER


def test_imports_are_no_part_of_the_workload(run_profile):
    files = {
        "heavy.py": "TABLE = [i * i for i in range(3_000_000)]\n",
        "a.py": "import heavy\ndef f():\n    return sum(i for i in range(900_000))\n",
        "test_a.py": "import a\ndef test_f():\n    assert a.f()\n",
    }
    found = run_profile(files)
    assert found.hotspots[0].id == FunctionId("a.py", "f")
    assert found.hotspots[0].own_share > 0.9
    assert found.process_seconds > found.total_seconds


def test_nested_functions_and_methods_of_one_name(run_profile):
    library = """
        def outer(number):
            def inner(value):
                return sum(i for i in range(value))
            return inner(number)

        class One:
            def run(self):
                return outer(600_000)

        class Two:
            run = lambda self: sorted(range(10))
            def inner(self):
                return 1
    """
    script = "from a import One, Two\nOne().run()\nTwo().run()\nTwo().inner()\n"
    found = run_profile({"a.py": library, "work.py": script}, bench="work.py")
    assert found.hotspots[0].id == FunctionId("a.py", "outer.<locals>.inner")
    cumulative = {spot.id.qualname: spot.cumulative_share for spot in found.hotspots}
    assert cumulative["One.run"] > 0.9
    assert cumulative.get("Two.inner", 0) < 0.1


def test_red_tests(run_profile):
    with pytest.raises(PreconditionError, match=r"exit code 1.*test_no") as caught:
        run_profile({"a.py": "", "test_a.py": "def test_no():\n    assert 1 == 2\n"})
    assert "-m pytest" in caught.value.hint


def test_a_module_that_is_missing(run_profile):
    files = {"a.py": "import no_such_module\n", "test_a.py": "import a\ndef test(): pass\n"}
    with pytest.raises(PreconditionError, match="No module named 'no_such_module'") as caught:
        run_profile(files)
    assert "install it for" in caught.value.hint


def test_no_tests_collected(run_profile):
    with pytest.raises(PreconditionError, match="collected no tests"):
        run_profile({"a.py": "", "test_a.py": "VALUE = 1\n"})


def test_a_script_that_fails(run_profile):
    with pytest.raises(PreconditionError, match="exit code 1: ValueError: no luck"):
        run_profile({"work.py": "raise ValueError('no luck')\n"}, bench="work.py")


def test_a_script_that_is_killed(run_profile):
    killed = {"work.py": "import os\nos.kill(os.getpid(), 9)\n"}
    with pytest.raises(PreconditionError, match="was killed by somebody"):
        run_profile(killed, bench="work.py")


def test_a_suite_that_hangs(run_profile):
    tests = "import time\ndef test_hang():\n    time.sleep(60)\n"
    with pytest.raises(PreconditionError, match="stopped by a limit") as caught:
        run_profile({"a.py": "", "test_a.py": tests}, wall=3.0)
    assert "--test-timeout" in caught.value.hint


def test_a_workload_without_python(run_profile):
    with pytest.raises(PreconditionError, match="no Python process of true"):
        run_profile({"a.py": ""}, bench="true")


def test_a_workload_that_runs_no_project_code(run_profile):
    with pytest.raises(PreconditionError, match="no measurable time") as caught:
        run_profile({"a.py": ""}, bench="python -c 'sum(range(20_000_000))'")
    assert "--bench" in caught.value.hint


def test_a_short_workload_is_repeated(make_tree, interpreter):
    tree = make_tree({"a.py": "def f():\n    return sum(i for i in range(400_000))\nf()\n"})
    project = find_project(tree, interpreter, ProjectSettings(bench="a.py"))
    found = profile_in(tree, project, wall=30, seconds=1.5)
    assert found.runs > 1
    assert 0 < found.total_seconds < 1


@pytest.mark.parametrize(
    "document",
    [
        "nonsense",
        "[]",
        '{"frames": [["a.py", "f", 1]], "stacks": [[1.0, 1, [7]]]}',
        '{"frames": [["a.py", "f", 1]], "stacks": [[1.0, 1, [-1]]]}',
        '{"frames": [["a.py", "f", "1"]], "stacks": []}',
        '{"frames": [["a.py", "f", 1]], "stacks": [[-1.0, 1, [0]]]}',
        '{"frames": [["a.py", "f", 1]], "stacks": [[NaN, 1, [0]]]}',
        "[" * 100_000,
    ],
)
def test_forged_samples_are_left_out(tmp_path, document):
    (tmp_path / "stacks-1-1.json").write_text(document)
    good = {"frames": [["a.py", "f", 1]], "stacks": [[0.5, 2, [0]]]}
    (tmp_path / "stacks-2-1.json").write_text(json.dumps(good))
    assert [sample.seconds for sample in read_samples(tmp_path)] == [0.5]


def test_renderings(run_profile):
    found = run_profile(PROJECT | {"work.py": SCRIPT}, bench="work.py")
    (root,) = call_tree(found)
    assert (root.name, root.path) == ("<module>", "work.py")
    assert root.share == pytest.approx(1.0)
    (count,) = (node for node in root.children if node.name == "Counter.count")
    assert [node.name for node in count.children] == ["member"]
    assert call_tree(found, least=1.1) == ()

    document = json.loads(json.dumps(speedscope(found)))
    (sampled,) = document["profiles"]
    assert sampled["type"] == "sampled"
    assert len(sampled["samples"]) == len(sampled["weights"])
    assert sampled["endValue"] == pytest.approx(sum(sampled["weights"]))
    names = [frame["name"] for frame in document["shared"]["frames"]]
    assert all(0 <= index < len(names) for stack in sampled["samples"] for index in stack)
    assert "member" in names
