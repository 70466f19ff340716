"""Profile a commit, and show its hot functions with what a reader needs to understand them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codeopt.model.code import CodeMap, FunctionId
from codeopt.model.evidence import Profile
from codeopt.pipeline import prepare
from codeopt.pipeline.ground import Setting
from codeopt.pipeline.steps import Steps
from codeopt.pipeline.tools import Instruments
from codeopt.ports import Assignment
from codeopt.propose.context import context_of, function_text
from codeopt.runs import scratch


@dataclass(frozen=True, slots=True)
class Shown:
    """Show a hot function: its share of the workload (0 to 1), its text, and what is around it."""

    target: FunctionId
    own_share: float
    cumulative_share: float
    code: str
    context: str


@dataclass(frozen=True, slots=True)
class Survey:
    """Survey one commit; profile and functions end up in the ledger."""

    tools: Instruments
    commit: str

    def run(self) -> Steps[None]:
        """Stop before anything is recorded."""
        with scratch() as directory:
            setting = yield from prepare.arrange(self.tools, self.commit, directory)
            code = yield from prepare.explore(self.tools, setting)
            found = yield from prepare.rank(self.tools, setting, code)
            targets = prepare.choose(self.tools, code, found, ())
            sources = _sources(setting, code)
            for target in targets:
                shown = _shown(code, sources, found, target)
                self.tools.ledger.put("shown", str(target), shown)


def _sources(setting: Setting, code: CodeMap) -> Mapping[str, bytes]:
    return {path: (setting.place.tree / path).read_bytes() for path in code.by_path}


def _shown(
    code: CodeMap, sources: Mapping[str, bytes], found: Profile, target: FunctionId
) -> Shown:
    assignment = Assignment(code.functions[target], code, sources)
    spot = found.hotspot(target)
    own, cumulative = (spot.own_share, spot.cumulative_share) if spot else (0.0, 0.0)
    return Shown(target, own, cumulative, function_text(assignment), context_of(assignment))
