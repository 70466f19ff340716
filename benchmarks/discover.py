"""Time discovery on the standard library of the running Python: ``python benchmarks/discover.py``.

Prints lines a CPU-second for a first run, and what later runs cost beside it: nothing changed,
nothing changed and every function read, one file changed, and a fresh copy of the tree.
"""

from __future__ import annotations

import shutil
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from codeopt.adapters.python_language import PythonLanguage
from codeopt.discover.index import discover
from codeopt.model.code import CodeMap

_SETTLE_SECONDS = 1.2


def timed(job: Callable[[], CodeMap]) -> tuple[CodeMap, float]:
    """Run a job; return its result and the CPU seconds that it took."""
    started = time.process_time()
    return job(), time.process_time() - started


def every_function(code: CodeMap) -> CodeMap:
    """Touch all functions, so that all files are decoded."""
    assert len(code.functions) > 0
    return code


def copy_of_library(destination: Path) -> Path:
    """Copy the standard library, without what is installed beside it."""
    ignored = shutil.ignore_patterns("site-packages", "__pycache__", "*.so", "*.a")
    return Path(shutil.copytree(sysconfig.get_path("stdlib"), destination, ignore=ignored))


def main() -> None:
    """Print the table."""
    language = PythonLanguage()
    with tempfile.TemporaryDirectory() as scratch:
        root = copy_of_library(Path(scratch) / "library")
        time.sleep(_SETTLE_SECONDS)  # times of files written just now are not trusted

        def run(at: Path = root) -> CodeMap:
            return discover(at, language, cache=Path(scratch) / "cache")

        code, cold = timed(run)
        print(f"Python {sys.version.split()[0]}, {len(code.files)} files, {code.lines} lines")
        print(f"first run        {cold:8.3f} CPU s  {code.lines / cold:10,.0f} lines a CPU s")
        code, warm = timed(run)
        print(f"nothing changed  {warm:8.3f} CPU s  {warm / cold:10.3f} of the first")
        code, full = timed(lambda: every_function(run()))
        print(f"  and all read   {full:8.3f} CPU s  {full / cold:10.3f}")
        (root / "ast.py").write_text("def f(): pass\n")
        code, one = timed(run)
        print(f"one file changed {one:8.3f} CPU s  {one / cold:10.3f}  ({code.parsed} parsed)")
        fresh = copy_of_library(Path(scratch) / "fresh")
        code, copied = timed(lambda: run(fresh))
        print(f"a fresh copy     {copied:8.3f} CPU s  {copied / cold:10.3f}  ({code.parsed})")


if __name__ == "__main__":
    main()
