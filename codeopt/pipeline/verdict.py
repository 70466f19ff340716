"""Judge one change that somebody else made: a patch, or the text of a rewritten function."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from codeopt.model.candidate import Patch
from codeopt.model.code import CodeMap, FunctionId
from codeopt.model.errors import NoTargetsError, UsageError
from codeopt.model.evidence import Verdict
from codeopt.model.judgement import Finding, Judgement, Rewrite, ruling
from codeopt.model.reasons import Code, Reason
from codeopt.pipeline import prepare
from codeopt.pipeline.changed import add_new_files, take_apart, written
from codeopt.pipeline.ground import Setting, packages_of
from codeopt.pipeline.hearing import Hearing
from codeopt.pipeline.steps import Steps
from codeopt.pipeline.tools import Instruments
from codeopt.profile.detect import require_tests
from codeopt.verify import gate

# what touches more than it may is still looked at: a person wants to know what it would be worth
_TOUCHES = frozenset({Code.LOCKED_FILE, Code.OTHER_CODE, Code.PUBLIC_NAME})
_NO_FUNCTION = "the change rewrites no existing function, so there is nothing to compare"


@dataclass(slots=True)
class Inquiry:
    """Judge a change to the files at ``commit``; judgement and patch end up in the ledger.

    ``directory`` is for trees; whoever made it removes it. Without ``speed`` the question is only
    whether the behaviour is the same. ``confirmations`` counts those of earlier changes that share
    the error budget with this one. ``as_run``: calls come from the workload that a run would take,
    also where none is named, and it is timed as a whole.
    """

    tools: Instruments
    subject: Patch | Rewrite
    commit: str
    directory: Path
    speed: bool = True
    confirmations: int = 0
    as_run: bool = False

    def run(self) -> Steps[None]:
        """Go through all checks."""
        if isinstance(self.subject, Patch) and not self.subject.files:
            raise NoTargetsError("the change is empty", hint="there is nothing to judge")
        judgement = yield from self._judge()
        self.tools.ledger.put("judgement", "", judgement)

    def _judge(self) -> Steps[Judgement]:
        setting = yield from self._setting()
        code = yield from prepare.explore(self.tools, setting)
        patch, target = self._patch(setting, code)
        if isinstance(patch, Reason):
            findings = tuple(Finding(each) for each in target)
            return Judgement(ruling(patch), patch, findings)
        self.tools.ledger.put("patch", "", patch)
        changed = take_apart(patch)
        if changed.is_idle:
            text = "the change touches no code that could be compared"
            hint = "only tests, configuration, texts, comments or docstrings differ"
            raise NoTargetsError(text, hint=hint)
        change = changed.change(packages_of(code))
        first = gate.check(change, self.tools.settings.judge)
        reasons = gate.violations(change, self.tools.settings.judge)
        known = tuple(each for each in changed.targets if each in code.functions)
        if not known or any(each.code not in _TOUCHES for each in reasons):
            reason = first.reason or Reason(Code.UNVERIFIED, _NO_FUNCTION)
            findings = tuple(Finding(each, Verdict((first,))) for each in changed.targets)
            return Judgement(ruling(reason), reason, findings, effects=first.effects)
        add_new_files(setting.place.tree, patch)
        about = (setting, code, changed, first, self.confirmations)
        hearing = Hearing(self.tools, *about, times_workload=self._names_workload)
        return (yield from hearing.hold(known, speed=self.speed))

    def _setting(self) -> Steps[Setting]:
        """Find out how the project is run; calls come from the tests where no workload is named."""
        setting = yield from prepare.arrange(self.tools, self.commit, self.directory)
        require_tests(setting.project)
        tests = setting.project.tests
        if self._names_workload or tests is None:
            return setting
        return replace(setting, project=replace(setting.project, workload=tests))

    @property
    def _names_workload(self) -> bool:
        return self.as_run or bool(self.tools.settings.project.bench)

    def _patch(
        self, setting: Setting, code: CodeMap
    ) -> tuple[Patch | Reason, tuple[FunctionId, ...]]:
        if isinstance(self.subject, Patch):
            return self.subject, ()
        target = self.subject.target
        found = prepare.resolve(self.tools, code, (target,)) if "::" in target else ()
        if len(found) != 1:
            raise UsageError(f"{target} is not one function", hint="write path::function")
        language, tree = self.tools.language, setting.place.tree
        return written(language, code, tree, found[0], self.subject.text), found
