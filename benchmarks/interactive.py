"""Go through three published rewrites with codeopt, as a person and a model would together.

    python benchmarks/interactive.py [--figures] [pillow | numpy]

``ImageStat.Stat._getextrema`` and ``_getcount`` of Pillow 10.1.0, and ``as_series`` of NumPy
1.26.4's ``polynomial.polyutils``, are taken from what PyPI has, with their own tests, and put into
a repository below ``.demo/interactive``. ``codeopt run -i`` then goes through them: the rewrites
below are HAND-WRITTEN answers that come through ``handoff:``, and so are the remarks between them.
``--figures`` leaves that out, and times every version on each kind of input, in turn.

Needs pip and the package index. ``docs/interactive.md`` has the figures, and
verdicts on each answer, which ``codeopt judge`` gave one by one.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

PLACE = Path(".demo/interactive").resolve()
CODEOPT = Path(sys.executable).with_name("codeopt")
EXTREMA, COUNT = "ImageStat.py::Stat._getextrema", "ImageStat.py::Stat._getcount"
SERIES = "polyutils.py::as_series"
TWO_LOOPS = '''def _getextrema(self):
    """Get min/max values for each band in the image"""

    def minmax(histogram):
        res_min, res_max = {start}
        for i in range(256):
            if histogram[i]:
                res_min = i
                break
        for i in range(255, -1, -1):
            if histogram[i]:
                res_max = i
                break
        return res_min, res_max

    return [minmax(self.h[i:]) for i in range(0, len(self.h), 256)]
'''
# what stands first is told to nobody; what stands before a later answer is the person's remark
ANSWERS: dict[str, tuple[tuple[str, str], ...]] = {
    EXTREMA: (
        ("", TWO_LOOPS.format(start="0, 255")),
        ("a band without data gives (255, 0), see the comment", TWO_LOOPS.format(start="255, 0")),
        (
            "a band without data must not be slower: look for any data first; let itertools search",
            '''from itertools import compress


def _getextrema(self):
    """Get min/max values for each band in the image"""
    h = self.h
    v = []
    for start in range(0, len(h), 256):
        band = h[start : start + 256]
        band[255]  # a band that is too short is an IndexError, as ever
        low, high = 255, 0  # returns (255, 0) if there's no data in the histogram
        if any(band):
            low = next(compress(range(256), band))
            high = next(compress(range(255, -1, -1), reversed(band)))
        v.append((low, high))
    return v
''',
        ),
    ),
    COUNT: (
        (
            "",
            '''def _getcount(self):
    """Get total number of pixels in each layer"""
    return [sum(self.h[i : i + 256]) for i in range(0, len(self.h), 256)]
''',
        ),
        (
            "begin with the first count, as reduce does",
            '''def _getcount(self):
    """Get total number of pixels in each layer"""
    h = self.h
    return [sum(h[i + 1 : i + 256], h[i]) for i in range(0, len(h), 256)]
''',
        ),
    ),
    SERIES: (
        (
            "",
            """    arrays = [np.array(a, ndmin=1, copy=False) for a in alist]
    for a in arrays:
        if a.size == 0:
            raise ValueError("Coefficient array is empty")
        if a.ndim != 1:
            raise ValueError("Coefficient array is not 1-d")
    if trim:
        arrays = [trimseq(a) for a in arrays]
    try:
        dtype = np.common_type(*arrays)
    except Exception as e:
        ret = []
        has_one_object_type = False
        for a in arrays:
            if a.dtype != np.dtype(object):
                tmp = np.empty(len(a), dtype=np.dtype(object))
                tmp[:] = a[:]
                ret.append(tmp)
            else:
                has_one_object_type = True
                ret.append(a.copy())
        if not has_one_object_type:
            raise ValueError("Coefficient arrays have no common type") from e
    else:
        ret = [np.array(a, copy=True, dtype=dtype) for a in arrays]
    return ret
""",
        ),
        (
            "no arrays at all are an error of min, and an empty one is told before a 2-d one",
            """    arrays = [np.array(a, ndmin=1, copy=False) for a in alist]
    if min([a.size for a in arrays]) == 0:
        raise ValueError("Coefficient array is empty")
    for a in arrays:
        if a.ndim != 1:
            raise ValueError("Coefficient array is not 1-d")
    if trim:
        arrays = [trimseq(a) for a in arrays]
    for a in arrays:
        if a.dtype.char == "O":
            break
    else:
        try:
            dtype = np.common_type(*arrays)
        except Exception as e:
            raise ValueError("Coefficient arrays have no common type") from e
        return [np.array(a, copy=True, dtype=dtype) for a in arrays]
    ret = []
    for a in arrays:
        if a.dtype.char != "O":
            tmp = np.empty(len(a), dtype=np.dtype(object))
            tmp[:] = a[:]
            ret.append(tmp)
        else:
            ret.append(a.copy())
    return ret
""",
        ),
    ),
}
IMAGES = '''"""Statistics of histograms of every kind, as a viewer of images asks for them."""

from ImageStat import Stat

KINDS = {kinds!r}

for _ in range(60):
    for histogram in KINDS.values():
        for bands in (1, 3):
            found = Stat(histogram * bands)
            found.extrema, found.count
'''
KINDS = {
    "full": [3] * 256,
    "mid-range": [0] * 100 + [7] * 56 + [0] * 100,
    "constant": [0] * 128 + [90] + [0] * 127,
    "empty": [0] * 256,
}
POLYNOMIALS = '''"""Series as the polynomial modules make them of what they are given."""

import numpy as np

from polyutils import as_series

short, long = np.arange(1.0, 4.0), np.arange(1.0, 60.0)
for _ in range(150):
    as_series([short, long])
    as_series([[1, 2, 3], [4, 5]])
    as_series([long], trim=False)
    as_series([np.array([1, 2, 0]), np.array([1j, 0])])
    as_series([np.array([1, None], dtype=object), short])
'''
PYPROJECT = """[tool.codeopt]
bench = "{bench}"
python = "{python}"
"""


def main() -> None:
    """Prepare a repository, go through its functions, tell what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", default=["pillow", "numpy"])
    parser.add_argument("--figures", action="store_true", help="time the versions, and no more")
    options = parser.parse_args()
    python = environment()
    for case in options.cases:
        targets = (EXTREMA, COUNT) if case == "pillow" else (SERIES,)
        root = (plant_pillow if case == "pillow" else plant_numpy)(python)
        if not options.figures:
            talk(root, targets)
            tell(root)
        if case == "pillow":
            figures(root)


def environment() -> Path:
    """Make an interpreter that has both packages; return it."""
    python = PLACE / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", PLACE / "venv"], check=True)
        packages = ("pillow==10.1.0", "numpy==1.26.4", "pytest<9", "packaging")
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
    return python


def download(package: str, *options: str) -> Path:
    """Get an archive from the package index."""
    directory = PLACE / "archives" / package
    if not directory.is_dir():
        words = ["pip", "download", "-q", "--no-deps", *options, "-d", directory, package]
        subprocess.run([sys.executable, "-m", *words], check=True)
    return next(directory.iterdir())


def plant_pillow(python: Path) -> Path:
    """Put ImageStat.py and its tests into a repository of their own."""
    names = ("src/PIL/ImageStat.py", "Tests/helper.py", "Tests/images/hopper.ppm")
    with tarfile.open(download("pillow==10.1.0", "--no-binary", ":all:")) as archive:
        base = archive.getnames()[0].partition("/")[0]

        def text(name: str) -> bytes:
            return archive.extractfile(f"{base}/{name}").read()  # type: ignore[union-attr]

        module, helper, image = map(text, names)
        tests = text("Tests/test_imagestat.py").decode()
    own = "import ImageStat\nfrom PIL import Image"
    return plant(
        "pillow",
        {
            "ImageStat.py": module,
            "Tests/__init__.py": b"",
            "Tests/helper.py": helper,
            "Tests/images/hopper.ppm": image,
            "Tests/test_imagestat.py": tests.replace(
                "from PIL import Image, ImageStat", own
            ).encode(),
            "work.py": IMAGES.format(kinds=KINDS).encode(),
        },
        python,
    )


def plant_numpy(python: Path) -> Path:
    """Put polyutils.py and its tests into a repository of their own."""
    wheel = zipfile.ZipFile(download("numpy==1.26.4", "--only-binary", ":all:"))
    tests = wheel.read("numpy/polynomial/tests/test_polyutils.py").decode()
    own = tests.replace("import numpy.polynomial.polyutils as pu", "import polyutils as pu")
    return plant(
        "numpy",
        {
            "polyutils.py": wheel.read("numpy/polynomial/polyutils.py"),
            "tests/test_polyutils.py": own.encode(),
            "work.py": POLYNOMIALS.encode(),
        },
        python,
    )


def plant(name: str, files: dict[str, bytes], python: Path) -> Path:
    """Make a repository."""
    root = PLACE / name
    shutil.rmtree(root, ignore_errors=True)
    settings = PYPROJECT.format(bench="work.py", python=python)
    for path, data in {**files, "pyproject.toml": settings.encode()}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for words in (["init", "-q"], ["add", "-A"], [*author, "commit", "-qm", "As published"]):
        subprocess.run(["git", *words], cwd=root, check=True)
    return root


# ---------------------------------------------------------------------------- the talk
def talk(root: Path, targets: tuple[str, ...]) -> None:
    """Run codeopt and answer its questions and prompts."""
    hand, stopped = root.with_name(f"{root.name}-hand"), threading.Event()
    shutil.rmtree(hand, ignore_errors=True)
    model = threading.Thread(target=answer, args=(root, hand, stopped))
    model.start()
    asked = ("-s", "best-of-n", "--samples", "1", "--without", "simplify", "--memory", "none")
    words = [CODEOPT, "run", "-C", root, *targets, "-i", "-m", f"handoff:{hand}", *asked]
    try:
        with subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            reply(process)
    finally:
        stopped.set()
        model.join()


def answer(root: Path, hand: Path, stopped: threading.Event) -> None:
    """Write the hand-written answers beside the prompts."""
    given: dict[str, int] = {}
    while not stopped.wait(0.2):
        for prompt in sorted(hand.glob("*.prompt.md")):
            file = prompt.with_name(prompt.name.replace(".prompt.", ".answer."))
            if not file.exists():
                text = prompt.read_text("utf-8")
                target = next(each for each in ANSWERS if f"`{each}`" in text)
                number = given[target] = given.get(target, -1) + 1
                code = whole(root, target, ANSWERS[target][number][1])
                file.write_text(f"Written by hand.\n\n```python\n{code}```\n", "utf-8")


def whole(root: Path, target: str, code: str) -> str:
    """Return a whole function: the body of as_series gets the signature and docstring it has."""
    if target != SERIES:
        return code
    text = (root / "polyutils.py").read_text("utf-8")
    start = text.index("def as_series(")
    return text[start : text.index('"""\n', text.index('"""', start) + 3) + 4] + code


def reply(process: subprocess.Popen[bytes]) -> None:
    """Keep what is offered; where nothing is kept, say the next remark."""
    said: dict[str, int] = {}
    shown = b""
    assert process.stdin is not None
    assert process.stderr is not None
    while byte := process.stderr.read(1):
        shown += byte
        sys.stderr.buffer.write(byte)
        if shown.endswith(b"[y,n,e,q,?]? "):
            process.stdin.write(b"y\n")
        elif shown.endswith(b"be like (empty: go on)? "):
            text = shown.decode().rpartition("No rewrite of ")[2].partition(" is kept")[0]
            number = said[text] = said.get(text, 0) + 1
            remark = ANSWERS[text][number][0] if number < len(ANSWERS[text]) else ""
            print(remark, file=sys.stderr)
            process.stdin.write(f"{remark}\n".encode())
        else:
            continue
        process.stdin.flush()


def tell(root: Path) -> None:
    """Print what came of every answer."""
    words = [CODEOPT, "report", "-C", root, "--format", "json"]
    report = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
    print(f"\n{root.name}: control {report['control']}\n")
    for each in [*report["rejected"], *report["kept"]]:
        reason = (each.get("reason") or {}).get("text", "kept")
        print(f"{each['target']}: {reason}")
        print("\n".join(f"    {line}" for line in measured(each["measurement"])))
        for check in each["checks"]:
            if check["counterexample"]:
                print("    " + check["counterexample"].replace("\n", "\n    "))
    for each in report["talk"]:
        print(f"  {each['said']!r}: {each['answer']}")


def measured(found: dict[str, Any] | None) -> list[str]:
    """Put a measurement into lines."""
    if found is None:
        return []
    shown = found["speedup"] or found["screened"]
    lines = [f"{shown['estimate']:.2f} ({shown['low']:.2f} to {shown['high']:.2f})"]
    return lines + [
        f"{each['label']}: {each['speedup']['estimate']:.2f}" for each in found["classes"]
    ]


# ---------------------------------------------------------------------------- figures
def figures(root: Path) -> None:
    """Time every version of Pillow's functions on each kind of input, in turn."""
    source = (root / "ImageStat.py").read_text("utf-8")
    for target in (EXTREMA, COUNT):
        name = target.rpartition(".")[2]
        versions = [method(source, name, "")]
        versions += [method(source, name, code) for _, code in ANSWERS[target]]
        print(f"\n{name}: microseconds a call of the original, then how many times as fast")
        for kind, histogram in KINDS.items():
            times = in_turn([(each, histogram) for each in versions])
            ratios = "  ".join(f"{times[0] / each:5.2f}×" for each in times[1:])
            print(f"  {kind:10} {times[0] * 1e6:7.2f} µs  {ratios}")


def method(source: str, name: str, code: str) -> Any:
    """Return a method of Stat, or another version of it."""
    space: dict[str, Any] = {}
    exec(compile(source, "ImageStat.py", "exec"), space)
    if not code:
        return getattr(space["Stat"], name), space["Stat"]
    exec(compile(code, "answer.py", "exec"), space)
    return space[name], space["Stat"]


def in_turn(versions: list[tuple[Any, list[int]]]) -> list[float]:
    """Return the median seconds of CPU time of a call, all versions taking turns."""
    times: list[list[float]] = [[] for _ in versions]
    for _ in range(41):
        for place, ((function, stat), histogram) in enumerate(versions):
            found = stat(histogram)
            start = time.process_time()
            for _ in range(400):
                function(found)
            times[place].append((time.process_time() - start) / 400)
    return [statistics.median(each) for each in times]


if __name__ == "__main__":
    main()
