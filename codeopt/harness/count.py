"""Make one pass over recorded calls, or only prepare it, for a tool that counts from outside.

What such a tool counts includes the start of the interpreter and the preparation: the difference
of two processes, with the pass and without it, is the pass.
"""

import gc

from . import loading, loops
from .inputs import Inputs


def run(job, channel):
    """Load one version, warm it up, make the pass if asked to, and say what ran."""
    inputs = Inputs(job["recording"])
    loading.enter(job["tree"], job["source_roots"], job["overrides"], inputs.header["sys_path"])
    module = loading.load_module(inputs.header["module"], inputs.header["path"])
    function = loading.resolve(module, job["qualname"])
    kind = job["kind"]
    loop, finisher, out = loops.compile_loop(kind), loops.Finisher(kind), []
    warm, timed = ([inputs.fresh(i) for i in job[name]] for name in ("warm", "timed"))
    gc.collect()
    gc.freeze()
    loop(function, warm, out.append, finisher.finish)
    if job["pass"]:
        loop(function, timed, out.append, finisher.finish)
    channel.send({"outcomes": len(out)})
