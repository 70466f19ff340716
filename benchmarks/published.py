"""Three published rewrites: the packages they are of, and HAND-WRITTEN answers with remarks."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

PLACE = Path(".demo/interactive").resolve()
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


@dataclass(frozen=True)
class Answer:
    """Hold one hand-written answer: the remark of a person that it answers, its name, its code."""

    remark: str
    name: str
    code: str


ANSWERS: dict[str, tuple[Answer, ...]] = {
    EXTREMA: (
        Answer("", "two loops, one from each end", TWO_LOOPS.format(start="0, 255")),
        Answer(
            "a band without data gives (255, 0), see the comment",
            "the published one: two loops that begin with (255, 0)",
            TWO_LOOPS.format(start="255, 0"),
        ),
        Answer(
            "a band without data must not be slower: look for any data first; let itertools search",
            "any first, then compress from each end",
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
        Answer(
            "",
            "the published one: sum",
            '''def _getcount(self):
    """Get total number of pixels in each layer"""
    return [sum(self.h[i : i + 256]) for i in range(0, len(self.h), 256)]
''',
        ),
        Answer(
            "begin with the first count, as reduce does",
            "sum that begins with the first count",
            '''def _getcount(self):
    """Get total number of pixels in each layer"""
    h = self.h
    return [sum(h[i + 1 : i + 256], h[i]) for i in range(0, len(h), 256)]
''',
        ),
    ),
    SERIES: (
        Answer(
            "",
            "both checks in one loop, the common type first",
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
        Answer(
            "no arrays at all are an error of min, and an empty one is told before a 2-d one",
            "the checks as they were, without generator expressions",
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

for size in range(2, 152):
    short, long = np.arange(1.0, 3.0 + size % 7), np.arange(1.0, float(size))
    as_series([short, long])
    as_series([list(range(1, 2 + size % 9)), [4, size]])
    as_series([long], trim=False)
    as_series([np.array([1, size, 0]), np.array([1j, 0])])
    as_series([np.array([size, None], dtype=object), short])
'''
PYPROJECT = """[tool.codeopt]
bench = "{bench}"
python = "{python}"
"""


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


def whole(root: Path, target: str, code: str) -> str:
    """Return a whole function: the body of as_series gets the signature and docstring it has."""
    if target != SERIES:
        return code
    text = (root / "polyutils.py").read_text("utf-8")
    start = text.index("def as_series(")
    return text[start : text.index('"""\n', text.index('"""', start) + 3) + 4] + code
