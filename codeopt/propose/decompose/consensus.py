"""Functional consensus: rank samples by how often they agree where nothing better is known.

FunCoder ("Divide-and-Conquer Meets Consensus", NeurIPS 2024, section 2.2) takes the sample that is
most similar to all others. Mistakes of one model are alike, so this ranks and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from codeopt.ports import Outcomes


def similarity(one: Outcomes, two: Outcomes) -> float:
    """Return the share of inputs (0 to 1) on which two samples end alike.

    Exceptions are outcomes like others; what cannot be compared agrees with nothing. Raises
    ValueError when the two did not run on the same inputs.
    """
    pairs = list(zip(one, two, strict=True))
    return sum(a is not None and a == b for a, b in pairs) / len(pairs) if pairs else 0.0


def consensus(samples: Mapping[str, Outcomes]) -> dict[str, float]:
    """Return the mean similarity of each sample with the others, the best first.

    Equal ones stay in the order given; a sample that is alone agrees with itself at least.
    """
    scores = {
        name: sum(similarity(own, other) for key, other in samples.items() if key != name)
        / max(1, len(samples) - 1)
        for name, own in samples.items()
    }
    return dict(sorted(scores.items(), key=lambda item: -item[1]))
