"""Start one harness job: the first frame on stdin is the job, answers go out as frames."""

import importlib
import importlib.util
import os
import sys

PACKAGE = "_codeopt_harness"


def bootstrap():
    """Register this directory as a package under a private name and take it off ``sys.path``."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    spec = importlib.util.spec_from_file_location(
        PACKAGE, os.path.join(here, "__init__.py"), submodule_search_locations=[here]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)


def main():
    """Take one job and run the module of the harness that is named after it."""
    bootstrap()
    channel = importlib.import_module(PACKAGE + ".channel").open_standard()
    job = channel.receive()
    if job is None:
        return
    module = importlib.import_module(PACKAGE + "." + job["job"])
    try:
        module.run(job, channel)
    except Exception as error:  # the boundary of the process: everything becomes a frame
        channel.send({"error": type(error).__name__, "text": str(error), "trace": trace()})


def trace():
    """Format the exception being handled, bounded."""
    import traceback

    return traceback.format_exc()[-4000:]


if __name__ == "__main__":
    main()
