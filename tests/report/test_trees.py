"""Function trees survive the journal and are shown in every form of the report."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from codeopt import codec
from codeopt.cli.tables import function_tree
from codeopt.model.evidence import Check, CheckResult, Interval, Verdict
from codeopt.model.reasons import Code, Reason
from codeopt.model.run import RunRecord
from codeopt.model.tree import FunctionTree, Node, NodeKind, Sample
from codeopt.report import json, markdown
from tests.support import values

SAME = Verdict((CheckResult(Check.GATE, True), CheckResult(Check.ORACLE, True, 4)))
WRONG = Reason(Code.RESULT, "another result at result[0]")
BODIES = (
    Sample("b1", "free choice", SAME, Interval(3.0, 2.5, 3.5, 9)),
    Sample("b2", "use a set", replace(SAME, checks=SAME.checks[:1]), None, 0.5, WRONG),
)
INNER = Node("_inner", NodeKind.NEW, "def _inner(x)", "Return `x`.", "def …", SAME, 0.25, 3)
PART = Node("_part", NodeKind.SLICE, "def _part(x)", "", "def …", SAME, 0.5, 7, BODIES, "b1")
PART = replace(PART, gain=BODIES[0].speedup, children=(INNER,))
ROOT = Node("size", NodeKind.ROOT, "def size(self)", certified=SAME, share=0.75, children=(PART,))
TREE = FunctionTree(values.TARGET, "draft", ROOT, "a step")


def test_the_journal_gives_back_the_same_tree() -> None:
    assert codec.decode(codec.encode(TREE), FunctionTree) == TREE
    other = replace(INNER, calls=9)
    assert TREE.put(other, "next").root.find("_inner") == other
    assert [(depth, node.name) for depth, node in TREE.root.walk()] == [
        (0, "size"),
        (1, "_part"),
        (2, "_inner"),
    ]


def test_json_has_every_node_and_sample() -> None:
    (tree,) = json.document(RunRecord(values.meta(), trees=(TREE,)))["trees"]
    assert (tree["target"], tree["draft"]) == (str(values.TARGET), "draft")
    (part,) = tree["root"]["children"]
    assert (part["kind"], part["certified"], part["share"], part["chosen"]) == (
        "slice",
        True,
        0.5,
        "b1",
    )
    assert part["gain"]["estimate"] == 3.0
    good, bad = part["samples"]
    assert (good["same"], good["reason"], good["agreement"]) == (True, None, None)
    assert (bad["reason"]["code"], bad["agreement"]) == ("result-differs", 0.5)
    assert part["children"][0]["contract"] == "Return `x`."


def test_people_see_the_tree() -> None:
    shown = markdown.render(RunRecord(values.meta(), trees=(TREE,)))
    assert "`pkg/mod.py::Box.size`:\n- `size`: 75% of the workload, certified\n" in shown
    assert "  - `_part`: block of the original, 50% of the workload, certified, " in shown
    assert "1 of 2 bodies agree, 3.00× faster" in shown
    assert "    - `_inner`: new, 25% of the workload" in shown
    assert "Function trees" not in markdown.render(RunRecord(values.meta()))
    console = Console(file=io.StringIO(), width=200)
    console.print(function_tree(TREE))
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert "Function tree of pkg/mod.py::Box.size" in lines[0]
    assert "_inner" in lines[3]
