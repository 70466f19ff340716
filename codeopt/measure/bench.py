"""Measure a candidate: screen it, confirm what passes, and gather everything that decides."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from codeopt.config import MeasureSettings
from codeopt.measure import stats
from codeopt.measure.confirming import Confirmed, Rules, confirm
from codeopt.measure.decide import settles
from codeopt.measure.layout import Layout
from codeopt.measure.lock import exclusive
from codeopt.measure.machine import fingerprint
from codeopt.measure.noise import measure_noise, pairs_needed, with_pairs
from codeopt.measure.screening import Screened, fits, screen
from codeopt.measure.trial import Trial, as_interval, exp
from codeopt.measure.witness import INSTRUCTIONS, count
from codeopt.model.evidence import AsyncSpeed, ClassSpeed, Control, Interval, Measurement, Recording
from codeopt.model.machine import Noise
from codeopt.model.project import Project
from codeopt.model.reasons import Code, Reason
from codeopt.worker import Place, WorkerFailed

_NOTHING = Interval(1.0, 0.0, math.inf, 0)
_PATIENCE = 120.0
_CONTROL_ALPHA = 0.01
_CONTROL_LIMIT = math.log(1.02)
_FIRST_LOOK = 36  # most pairs before a candidate is looked at, and given up where it is hopeless
_FRACTION = 0.15  # of the gain: the standard error of a pair from which on samples add little
_FINE, _COARSE = 0.004, 0.02  # bounds of it
_USUAL = 0.01  # noise from process to process where it was not measured


class Bench:
    """Measure versions of one project on this machine."""

    def __init__(self, place: Place, project: Project, settings: MeasureSettings) -> None:
        self._place, self._project, self._settings = place, project, settings
        self.between = _USUAL  # noise from process to process, as a log ratio

    def measure(
        self,
        recording: Recording,
        candidate: Mapping[str, str],
        *,
        alpha: float,
        original: Mapping[str, str] | None = None,
        seed: int = 0,
    ) -> Measurement:
        """Time a candidate (path -> text) against the original on recorded calls.

        ``alpha`` is the error budget of this confirmation, as ``stats.spend`` gives it for the run.
        """
        # both versions take the same way into the process, or importing would cost them differently
        texts = {**_current(self._place.tree, candidate), **(original or {})}
        trial = self._trial(recording, texts, candidate, seed)
        with exclusive(_PATIENCE):
            started = time.monotonic()
            found = self._measured(trial, alpha)
            seconds = time.monotonic() - started
        machine = fingerprint(self._place.interpreter)
        classes = _labelled(found.classes, recording)
        return replace(found, seconds=seconds, fingerprint=machine, classes=classes)

    def rank(
        self, recording: Recording, candidate: Mapping[str, str], *, seconds: float, seed: int = 0
    ) -> Interval | None:
        """Time a candidate roughly, to put it in order with others: no claim is made of it."""
        trial = self._trial(recording, _current(self._place.tree, candidate), candidate, seed)
        with exclusive(_PATIENCE):
            try:
                screened = screen(trial, self._settings.min_speedup, _CONTROL_ALPHA, seconds)
            except (WorkerFailed, ValueError, TypeError, LookupError):  # what was sent is data
                return None
        return None if screened.failed else screened.speedup

    def control(self, recording: Recording, *, seed: int = 0) -> Control | None:
        """Time the original against itself on the path that candidates take.

        None: the recorded calls cannot be made again.
        """
        trial = self._trial(recording, {}, {}, seed)
        try:
            with exclusive(_PATIENCE):
                found = confirm(trial, control_rules(self._settings.seconds))
        except (WorkerFailed, ValueError, TypeError, LookupError):
            return None
        noise = measure_noise(
            self._place, alpha=self._settings.alpha / 2, seconds=self._settings.seconds
        )
        return replace(judge_control(found), noise=self._learnt(noise, found.differences))

    def remember(self, control: Control) -> None:
        """Take over the noise of a control that was measured before, as by a run that goes on."""
        if control.noise is not None:
            self.between = control.noise.between

    def _learnt(self, noise: Noise | None, found: Sequence[float]) -> Noise | None:
        """Take over what the control shows of the noise; later samples are sized by it."""
        if noise is None:
            return None
        alpha, seconds = self._settings.alpha / 2, self._settings.seconds
        noise = with_pairs(noise, found, alpha=alpha, seconds=seconds)
        self.between = noise.between
        return noise

    def _measured(self, trial: Trial, alpha: float) -> Measurement:
        least = self._settings.min_speedup
        started = time.monotonic()
        try:
            screened = screen(trial, least, alpha, self._settings.seconds / 3)
            if not screened.passed and not _may_serve_many(screened):
                return _ended(screened, least)
            left = self._settings.seconds - (time.monotonic() - started)
            effect = math.log(max(screened.speedup.estimate / least, 1.005))
            pairs, precise = self._pairs(effect, alpha), min(_COARSE, _FRACTION * effect)
            rules = Rules(math.log(least), alpha, left, pairs=pairs, precise=max(_FINE, precise))
            found = confirm(trial, rules)
            if screened.late and not found.differences and fits(trial):
                return _failed(Code.TIMEOUT, screened.failed)
            return self._witnessed(_measurement(screened, found, least), trial, found.layout)
        except WorkerFailed as failure:
            code = Code.TIMEOUT if failure.late else Code.CRASH
            return _failed(code, failure)
        except (ValueError, TypeError, LookupError) as nonsense:  # what the harness sent is data
            return _failed(Code.CRASH, nonsense)

    def _pairs(self, effect: float, alpha: float) -> int:
        """Return the pairs that the noise asks for, if the gain is what screening saw."""
        return min(_FIRST_LOOK, pairs_needed(self.between, effect, stats.spend(alpha, 1)))

    def _witnessed(self, found: Measurement, trial: Trial, layout: Layout | None) -> Measurement:
        """Ask the second witness, if it is wanted and there is a gain to be confirmed by it."""
        open_question = found.reason is None or found.reason.code is Code.TOO_NOISY
        if self._settings.witness != INSTRUCTIONS or layout is None or not open_question:
            return found
        witnessed = replace(found, witness=count(trial, layout))
        if settles(witnessed, self._settings.min_speedup):
            return replace(witnessed, reason=None)
        return witnessed

    def _trial(
        self,
        recording: Recording,
        original: Mapping[str, str],
        candidate: Mapping[str, str],
        seed: int,
    ) -> Trial:
        place = replace(self._place, read=(*self._place.read, recording.file.parent))
        return Trial(place, self._project, recording, original, candidate, seed)


def _current(tree: Path, candidate: Mapping[str, str]) -> dict[str, str]:
    """Read the files that a candidate replaces, as they are."""
    files = {path: tree / path for path in candidate}
    return {
        path: file.read_bytes().decode("utf-8", "surrogateescape")
        for path, file in files.items()
        if file.is_file()
    }


def _failed(code: Code, why: object) -> Measurement:
    reason = Reason(code, f"the recorded calls cannot be timed: {why}")
    return Measurement("cpu", _NOTHING, None, 0.0, reason=reason)


def control_rules(seconds: float) -> Rules:
    """Return by which rules the original is measured against itself."""
    return Rules(_CONTROL_LIMIT, _CONTROL_ALPHA, seconds, looks=1)


def judge_control(found: Confirmed) -> Control:
    """Say whether original against original shows no difference, as it should."""
    values = list(found.differences)
    interval = as_interval(values) if values else _NOTHING
    faster = stats.lower_bound(values, _CONTROL_ALPHA / 2) > _CONTROL_LIMIT
    slower = stats.upper_bound(values, _CONTROL_ALPHA / 2) < -_CONTROL_LIMIT
    return Control(interval, bool(values) and found.reason is None and not faster and not slower)


def _may_serve_many(screened: Screened) -> bool:
    """Tell whether throughput may gain what latency does not: screening sees latency alone."""
    return screened.concurrent and screened.speedup.high >= 0.95


def _ended(screened: Screened, least: float) -> Measurement:
    """Turn a screening that found too little into a measurement with its reason."""
    shown = screened.speedup
    slower = shown.high < 0.99
    code = Code.SLOWER if slower else Code.NOT_FASTER
    text = f"{shown} in screening; at least {least:.2f}× is asked for"
    return Measurement(screened.clock, shown, None, 0.0, reason=Reason(code, text))


def _labelled(found: Sequence[ClassSpeed], recording: Recording) -> tuple[ClassSpeed, ...]:
    """Name classes of inputs as a person would: by their sizes and the lines that they reach."""
    labels = {each.key: each.label for each in recording.classes}
    return tuple(replace(each, label=labels.get(each.label, each.label)) for each in found)


def _measurement(screened: Screened, found: Confirmed, least: float) -> Measurement:
    values = list(found.claimed)
    interval = as_interval(values) if values else None
    bound = exp(found.bound)
    reason = found.reason or (shortfall(interval, bound, least) if interval else _no_time())
    memory = found.memory
    return Measurement(
        clock=found.clock,
        screened=screened.speedup,
        speedup=interval,
        bound=bound,
        ratios=tuple(exp(value) for value in values),
        classes=tuple(
            ClassSpeed(
                label=each.label,
                calls=each.calls,
                speedup=as_interval(list(each.differences)),
                call_seconds=each.call_ns / 1e9,
                share=each.share,
            )
            for each in found.classes
        ),
        memory_ratio=memory[1] / max(1, memory[0]) if memory else None,
        memory_bytes=memory,
        reason=reason,
        concurrent=_both(found),
    )


def _both(found: Confirmed) -> AsyncSpeed | None:
    if not found.throughput:
        return None
    latency, throughput = as_interval(list(found.differences)), as_interval(list(found.throughput))
    return AsyncSpeed(latency, throughput, found.in_flight)


def shortfall(interval: Interval, bound: float, least: float) -> Reason | None:
    """Explain a bound that is too low: slower, not faster, or too uncertain to say."""
    if bound > least:
        return None
    if interval.high < 0.99:
        return Reason(Code.SLOWER, f"{interval}; at least {least:.2f}× is asked for")
    if interval.estimate > least and interval.high > least:
        text = f"{interval}, but sure only of {bound:.2f}×; at least {least:.2f}× is asked for"
        hint = "more time may settle it: --measure-seconds"
        return Reason(Code.TOO_NOISY, text, hint)
    return Reason(Code.NOT_FASTER, f"{interval}; at least {least:.2f}× is asked for")


def _no_time() -> Reason:
    hint = "raise --measure-seconds, or record smaller inputs"
    return Reason(Code.TOO_NOISY, "the calls are too long to be measured in the time allowed", hint)
