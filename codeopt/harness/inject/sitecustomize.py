"""Start an observer in any Python process of a workload.

This directory is first on PYTHONPATH, so that every interpreter of the workload imports this file
before the project's code. ``CODEOPT_INJECT`` names a JSON file: its ``job`` is the module of the
harness whose ``install(job)`` is called.
"""

import importlib.machinery
import importlib.util
import json
import os
import sys

PACKAGE = "_codeopt_harness"


def load_harness(here):
    """Register the harness package under its private name."""
    if PACKAGE in sys.modules:
        return
    home = os.path.dirname(here)
    spec = importlib.util.spec_from_file_location(
        PACKAGE, os.path.join(home, "__init__.py"), submodule_search_locations=[home]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)


def chain(here):
    """Run the ``sitecustomize`` that this one hides, if there is one."""
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize")
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)


def start():
    """Read the job and install its observer."""
    here = os.path.dirname(os.path.abspath(__file__))
    chain(here)
    path = os.environ.get("CODEOPT_INJECT")
    if path:
        load_harness(here)
        with open(path, encoding="utf-8") as file:
            job = json.load(file)
        importlib.import_module(PACKAGE + "." + job["job"]).install(job)


start()
