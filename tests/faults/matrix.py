"""Each fault at each stage: after each the repository is as it was, and the run can go on."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.project import Running, entries
from tests.faults.faults import Fault, Missed, Scene, unmounted
from tests.faults.stages import LEAN, QUICK, STAGES, TARGETS, Answers, Moment, Stage, recorded
from tests.faults.stages import project as make_project
from tests.support.command import Done, git, picture
from tests.support.endpoint import Endpoint

_ONCE = ("meta", "profile", "baseline", "recordings", "control", "judged", "spend", "kept", "done")
GOES_ON, RESUMES, ANEW, NOT_REACHED = "goes on", "resumes", "starts anew", "not reached"
NOTHING = "nothing to strike"


@dataclass(slots=True)
class Row:
    """Hold what became of one fault at each stage; ``wrong`` says what should not have been."""

    fault: str
    cells: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    note: str = ""


class Chain:
    """One run that a fault strikes at one stage after the other."""

    def __init__(self, fault: Fault, scene: Scene, endpoint: Endpoint, answers: Answers) -> None:
        self.row = Row(fault.name)
        self._fault, self._scene = fault, scene
        self._endpoint, self._answers = endpoint, answers
        self._known: dict[str, dict[str, Any]] = {kind: {} for kind in _ONCE}
        self._run: Running | None = None
        # a run that is struck again and again needs more of them: a strike may outlast a stage
        self._targets = TARGETS[:2] if fault.spoils else TARGETS
        self._struck = ""
        self._starts = 0

    def go(self, stages: Iterable[Stage]) -> None:
        """Go through the stages, then to the end of the run."""
        for stage in stages:
            if self._await(stage):
                self._strike(stage)
            else:
                self.row.cells[stage.name] = NOT_REACHED
        self._finish()

    # ------------------------------------------------------------------ steps
    def _start(self) -> Running:
        first = not entries(self._scene.root, "meta")
        self._starts += 1
        model = ("--model", "openai/scripted", "--api-base", self._endpoint.url)
        words = (*self._targets, *model, *QUICK, *LEAN) if first else ("--resume",)
        scene = self._scene
        run = ("run", "-v", "--json", "-C", str(scene.root))
        return Running(scene.home, *run, *words, **scene.environment)

    def _await(self, stage: Stage) -> bool:
        """Wait for a stage; go on with a run that has ended early, if that is allowed."""
        root, deadline = self._scene.root, time.monotonic() + 240
        before = Counter({kind: len(entries(root, kind)) for kind in _ONCE})
        before["held"] = self._answers.held
        self._answers.hold = stage.name == "model"
        starts = self._starts
        while time.monotonic() < deadline and self._starts < starts + 3:
            if self._run is None:
                self._run = self._start()
            if stage.reached(Moment(root, self._run, self._answers, before)):
                return True
            if self._run.has_ended:
                done = self._run.end()
                if done.code == 0:
                    return False
                self._stopped(done)
            time.sleep(0.01)
        self._complain(stage.name, "did not come")
        return False

    def _strike(self, stage: Stage) -> None:
        assert self._run is not None
        self._scene.struck += 1
        self._struck = stage.name
        try:
            done = self._fault.strike(self._scene, self._run)
            self.row.cells[stage.name] = GOES_ON
        except Missed:
            done, self.row.cells[stage.name] = None, NOTHING
        if done is not None:
            self._stopped(done)
        self._check(stage.name)

    def _stopped(self, done: Done) -> None:
        """Look how a run ended that is to be gone on with."""
        assert self._run is not None
        name, codes = self._struck, {self._fault.code, 4}
        is_there = bool(entries(self._scene.root, "meta"))
        self.row.cells[name] = RESUMES if is_there else ANEW
        if not is_there:  # it had nothing yet that would be worth keeping
            self._known = {kind: {} for kind in _ONCE}
        if done.code == 0 and name:
            self.row.cells[name] = GOES_ON  # it was through before the fault could hurt it
        elif done.code not in codes:
            self._complain(name, f"ended with {done.code}: {done.err[-1000:]}")
        if "Traceback" in done.err:
            self._complain(name, f"a traceback: {done.err[-1000:]}")
        if survivors := self._run.descendants():
            self._complain(name, f"left behind: {survivors}")
        tells = self._fault.tells and is_there and "the journal" not in done.err
        if done.code in (130, 4) and tells and "codeopt run --resume" not in done.err:
            self._complain(name, f"does not say how to go on: {done.err[-500:]}")
        self._fault.mend(self._scene)
        if done.code != 0:
            self._run = None

    def _check(self, name: str) -> None:
        """Compare repository and journal with what they were."""
        now = picture(self._scene.root)
        if now != self._scene.before:
            changed = [key for key, value in now.items() if self._scene.before.get(key) != value]
            self._complain(name, f"the repository changed: {changed}")
        for kind, values in self._known.items():
            found = entries(self._scene.root, kind)
            if {key: found.get(key) for key in values} != values:
                self._complain(name, f"what was journalled of {kind} changed")
            values.update(found)

    def _finish(self) -> None:
        """Let the run end, and look at what it has come to."""
        for _ in range(3):
            self._run = self._run or self._start()
            done = self._run.end()
            if done.code == 0:
                break
            self._stopped(done)
        else:
            self._complain("end", f"never finished, struck at {self._struck}: {done.err[-500:]}")
            return
        self._check("end")
        self._look(done.document)
        if left := [*self._run.scratch, *self._run.descendants()]:
            self._complain("end", f"left behind: {left}")

    def _look(self, document: dict[str, Any]) -> None:
        root, kept = self._scene.root, [each["commit"] for each in document["kept"]]
        lost = len(self._targets) - len(kept)
        if lost and self._fault.spoils:
            self.row.cells[self._struck] += f", {lost} lost"
        elif lost:
            reasons = [each["reason"] for each in document["rejected"]]
            self._complain("end", f"lost a patch: {reasons}, {document['control']}")
        if kept and not set(kept) <= set(
            git(root, "log", "--format=%H", document["branch"]).split()
        ):
            self._complain("end", "the branch lacks a commit")
        if self._answers.again:
            self._complain("end", f"paid again for {len(self._answers.again)} answers")
        if document["cost"]["calls"] != len(recorded(root)):
            self._complain("end", "other calls are counted than answers were recorded")

    def _complain(self, stage: str, text: str) -> None:
        self.row.wrong.append(f"{self.row.fault}, {stage}: {text}")

    def close(self) -> None:
        """End what still runs."""
        if self._run is not None:
            with running_to_end(self._run):
                pass


class running_to_end:
    """Kill a run at the end of a block."""

    def __init__(self, run: Running) -> None:
        self._run = run

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        import signal

        if not self._run.has_ended:
            self._run.stop(signal.SIGKILL)


def row(fault: Fault, directory: Path, stages: Iterable[Stage] = STAGES) -> Row:
    """Strike a run with a fault at each stage: the same run, unless that costs what it strikes."""
    struck = [stage for stage in stages if stage.works or not fault.works_only]
    parts = [[stage] for stage in struck] if fault.spoils else [struck]
    found = [_row(fault, directory / str(number), part) for number, part in enumerate(parts)]
    cells = {name: cell for each in found for name, cell in each.cells.items()}
    return Row(fault.name, cells, [text for each in found for text in each.wrong], found[0].note)


def _row(fault: Fault, directory: Path, stages: Iterable[Stage]) -> Row:
    home = directory / "höme"
    home.mkdir(parents=True)
    root = make_project(home / "a répo")
    scene = Scene(root, home)
    with unmounted(scene):
        if why := fault.arrange(scene):
            return Row(fault.name, note=why)
        scene.before = picture(root)
        answers = Answers(root)
        with Endpoint(answers) as endpoint:
            chain = Chain(fault, scene, endpoint, answers)
            try:
                chain.go(stages)
            finally:
                chain.close()
    return chain.row
