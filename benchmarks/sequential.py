"""Simulate whole runs on identical code, on noise of bad machines: how many keep anything?

Usage: python benchmarks/sequential.py [RUNS]

Each run confirms ten candidates that are as fast as the original, with the looks, the stopping and
the error budget (1 %) of the real thing; the clock alone is replaced, by tests/measure/noises.py.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from judge import exact_interval

from tests.measure.noises import NOISES, gaining, keeps_anything

ALPHA, CANDIDATES = 0.01, 10


def main() -> None:
    """Print the share of runs that keep something, with exact 95 % intervals."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    print(f"{runs} runs of {CANDIDATES} candidates each, a budget of {ALPHA:.0%} a run")
    for name, noise in [(n.__name__, n) for n in NOISES] + [("truly 1 % apart", gaining(0.01))]:
        rng = random.Random(name)
        kept = sum(
            keeps_anything(noise, rng, candidates=CANDIDATES, alpha=ALPHA) for _ in range(runs)
        )
        low, high = exact_interval(kept, runs)
        print(f"{name:18} {kept} of {runs} = {kept / runs:.2%} ({low:.2%}-{high:.2%})", flush=True)


if __name__ == "__main__":
    main()
