"""Both samplers see what each process of a workload spends its CPU time on."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.model.project import Project, Workload, WorkloadKind
from codeopt.profile.samples import read_samples
from codeopt.worker import Place
from codeopt.workload import run_workload

BURN = """
import time
def burn(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(i * i for i in range(2000))
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is read through /proc")
samplers = pytest.mark.parametrize("inside", [pytest.param(False, marks=linux), True])


@pytest.fixture
def sample(make_tree, interpreter, tmp_path):
    """Return a function that runs a script under a sampler and counts seconds by function."""

    def run(text: str, *, inside: bool, stdout: bytes = b"") -> Counter[str]:
        tree = make_tree({"burning.py": BURN, "script.py": text})
        workload = Workload(WorkloadKind.SCRIPT, ("{python}", "script.py"), "script.py")
        project = Project(tree, interpreter, ("",), None, workload)
        place = Place(PlainSandbox(), interpreter, tree)
        job = {"job": "profiler", "interval": 0.002, "inside": inside}
        done = run_workload(place, project, workload, job=job, out=tmp_path / "out")
        assert (done.returncode, done.stdout, done.stderr) == (0, stdout, b"")
        return _by_function(tmp_path / "out")

    return run


def _by_function(out: Path) -> Counter[str]:
    """Count seconds by the script's own functions on the stack."""
    found: Counter[str] = Counter()
    for each in read_samples(out):
        own = {frame.name for frame in each.frames if frame.path.endswith("script.py")}
        for name in own:
            found[name] += each.seconds
    return found


@samplers
def test_time_goes_where_it_is_spent(sample, inside):
    """A look-up in a return statement is not seen by signal handlers alone."""
    found = sample(
        """
        ITEMS = list(range(20_000))
        def member(item):
            return item in ITEMS
        def light(item):
            return item + 1
        def both():
            for item in range(3000):
                light(item)
                member(-1)
        both()
        """,
        inside=inside,
    )
    assert found["member"] > 0.6 * found["both"] > 0
    assert found["light"] < 0.3 * found["member"]


@samplers
def test_waiting_is_not_hot(sample, inside):
    found = sample(
        """
        import time
        from burning import burn
        def wait(): time.sleep(0.5)
        def work(): burn(0.3)
        wait(); work(); wait()
        """,
        inside=inside,
    )
    assert found["wait"] < 0.2 * found["work"]
    assert 0.1 < found["work"] < 0.9


@samplers
def test_a_long_call_into_c_counts_in_full(sample, inside):
    found = sample(
        """
        from burning import burn
        def native(): sorted(range(4_000_000), key=float)
        def python(): burn(0.02)
        for _ in range(4): native(); python()
        """,
        inside=inside,
    )
    assert found["native"] > found["python"] > 0


@samplers
def test_coroutines_are_seen_below_their_callers(sample, inside):
    found = sample(
        """
        import asyncio
        from burning import burn
        async def inner(): burn(0.02); await asyncio.sleep(0.005)
        async def outer():
            for _ in range(15): await inner()
        asyncio.run(outer())
        """,
        inside=inside,
    )
    assert found["inner"] > 0.1
    assert found["outer"] >= 0.9 * found["inner"]


@samplers
def test_forked_and_spawned_children(sample, inside):
    found = sample(
        """
        import multiprocessing
        from burning import burn
        def forked(): burn(0.3)
        def spawned(): burn(0.3)
        if __name__ == "__main__":
            for how, what in (("fork", forked), ("spawn", spawned)):
                child = multiprocessing.get_context(how).Process(target=what)
                child.start(); child.join()
        """,
        inside=inside,
    )
    assert found["forked"] > 0.1
    assert found["spawned"] > 0.1


@samplers
@pytest.mark.parametrize(
    "ending",
    ["os._exit(0)", "os.execv(sys.executable, [sys.executable, '-c', 'pass'])", "sys.exit(0)"],
)
def test_ends_that_skip_the_clean_up(sample, inside, ending):
    text = f"import os, sys\nfrom burning import burn\ndef work(): burn(0.3)\nwork()\n{ending}\n"
    assert sample(text, inside=inside)["work"] > 0.1


@samplers
def test_the_project_keeps_its_children_and_descriptors(sample, inside):
    """Children, descriptors and threads are what they would be without the sampler."""
    sample(
        """
        import os, subprocess, sys, threading
        from burning import burn
        burn(0.05)
        try:
            print(os.wait())
        except ChildProcessError:
            pass
        assert threading.active_count() == 1
        assert os.open(os.devnull, os.O_RDONLY) == 3
        # a child that is about to become another program is left alone
        subprocess.run([sys.executable, "-S", "-c", "sum(range(5_000_000))"],
                       preexec_fn=lambda: None, check=True)
        os.closerange(3, 1000)
        print("done")
        """,
        inside=inside,
        stdout=b"done\n",
    )


@linux
def test_threads_are_seen_while_the_main_one_waits(sample):
    found = sample(
        """
        import threading
        from burning import burn
        def first(): burn(0.3)
        def second(): burn(0.3)
        threads = [threading.Thread(target=each) for each in (first, second)]
        for each in threads: each.start()
        for each in threads: each.join()
        """,
        inside=False,
    )
    assert found["first"] > 0.1
    assert found["second"] > 0.1


@linux
def test_a_killed_process_leaves_what_it_had(make_tree, interpreter, tmp_path):
    text = "import os\nfrom burning import burn\ndef work(): burn(1.7)\nwork()\nos.abort()\n"
    tree = make_tree({"burning.py": BURN, "script.py": text})
    workload = Workload(WorkloadKind.SCRIPT, ("{python}", "script.py"), "script.py")
    project = Project(tree, interpreter, ("",), None, workload)
    place = Place(PlainSandbox(), interpreter, tree)
    job = {"job": "profiler", "interval": 0.002}
    done = run_workload(place, project, workload, job=job, out=tmp_path / "out")
    assert done.returncode != 0
    assert _by_function(tmp_path / "out")["work"] > 0.3


@linux
@pytest.mark.parametrize("letters", ["ä", "日本", "\U0001f600"])
def test_paths_outside_ascii(tmp_path, interpreter, letters):
    tree = tmp_path / letters
    tree.mkdir()
    (tree / "script.py").write_text(f"{BURN}\ndef work(): burn(0.2)\nwork()\n")
    workload = Workload(WorkloadKind.SCRIPT, ("{python}", "script.py"), "script.py")
    project = Project(tree, interpreter, ("",), None, workload)
    job = {"job": "profiler", "interval": 0.002}
    place = Place(PlainSandbox(), interpreter, tree)
    run_workload(place, project, workload, job=job, out=tmp_path / "out")
    assert _by_function(tmp_path / "out")["work"] > 0.05


@linux
def test_the_memory_of_this_python_can_be_read(tmp_path):
    """Without this the sampler quietly falls back to the one inside."""
    harness = Path(__file__).parents[2] / "codeopt" / "harness"
    script = tmp_path / "calibrate.py"
    script.write_text(
        f"""
import importlib.util, os, sys
spec = importlib.util.spec_from_file_location("h", {str(harness / "__init__.py")!r},
                                              submodule_search_locations=[{str(harness)!r}])
sys.modules["h"] = importlib.util.module_from_spec(spec)
from h import memory
descriptor = os.open("/proc/self/mem", os.O_RDONLY)
def outer(): return inner()
def inner(): return memory.calibrate(descriptor)
print(sorted(outer()))
"""
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert "'instruction'" in done.stdout
