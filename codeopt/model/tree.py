"""The function tree: a target, the parts that it was divided into, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from codeopt.model.code import FunctionId
from codeopt.model.evidence import Interval, Recording, Verdict
from codeopt.model.reasons import Reason


class NodeKind(StrEnum):
    """Say what a node is: the target, a block of the original, or a function of a model's."""

    ROOT = "root"
    SLICE = "slice"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Sample:
    """Hold one body that was tried for a node, by the digest of the candidate it makes.

    ``verdict`` is over the inputs of the node, ``speedup`` against its reference. ``agreement`` is
    its functional similarity with the other samples (0 to 1) where there is no reference to trust.
    ``doubt`` is a difference on made-up inputs only, which the target may never pass on.
    """

    digest: str
    technique: str
    verdict: Verdict | None = None
    speedup: Interval | None = None
    agreement: float | None = None
    reason: Reason | None = None
    doubt: Reason | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """Hold one function of a tree.

    ``reference`` is the text that its samples are compared with, ``certified`` the verdict on the
    draft that holds it, over all known inputs of the target. ``share`` is its part of the
    workload's time (0 to 1), ``calls`` the number of its recorded inputs, ``chosen`` the digest of
    the sample that went up, ``gain`` the speed-up of that against the reference.
    """

    name: str
    kind: NodeKind
    signature: str
    contract: str = ""
    reference: str = ""
    certified: Verdict | None = None
    share: float | None = None
    calls: int = 0
    samples: tuple[Sample, ...] = ()
    chosen: str = ""
    gain: Interval | None = None
    children: tuple[Node, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Node]]:
        """Yield this node and all below it, each with its depth."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)

    def find(self, name: str) -> Node:
        """Return the node of that name; raise KeyError when there is none."""
        for _, node in self.walk():
            if node.name == name:
                return node
        raise KeyError(name)

    def put(self, changed: Node) -> Node:
        """Return the tree with the node of the same name replaced."""
        if self.name == changed.name:
            return changed
        return replace(self, children=tuple(child.put(changed) for child in self.children))


@dataclass(frozen=True, slots=True)
class FunctionTree:
    """Hold the tree of one draft of a target; ``step`` says what was done last."""

    target: FunctionId
    draft: str
    root: Node
    step: str = ""

    def put(self, node: Node, step: str) -> FunctionTree:
        """Return the tree with one node changed, and the step that changed it."""
        return replace(self, root=self.root.put(node), step=step)


@dataclass(frozen=True, slots=True)
class ChildCalls:
    """Hold what reached a child while a draft ran; ``share`` is its part of the draft's time."""

    recording: Recording
    share: float


@dataclass(frozen=True, slots=True)
class Examined:
    """Hold how a changed child compares with its reference on the child's inputs (see Sample)."""

    verdict: Verdict
    speedup: Interval | None = None
    doubt: Reason | None = None
