"""What is known of a target before it is worked on: of earlier runs, of people, of its calls."""

from __future__ import annotations

from functools import partial

from codeopt.config import Settings
from codeopt.model.candidate import Candidate
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, Recording
from codeopt.model.insight import Recalled, Trace
from codeopt.model.reasons import Reason
from codeopt.pipeline.attempts import KeptPatch, is_confirmed, why
from codeopt.pipeline.judge import Judge
from codeopt.pipeline.tools import Offer, Tools


def recalled(tools: Tools, target: FunctionId, before: str) -> Recalled:
    """Remember what earlier runs found; a run that goes on remembers the same."""
    if tools.memory is None:
        return Recalled()
    recall = partial(tools.memory.recall, target, before)
    return tools.ledger.once("recalled", str(target), Recalled, recall)


def followed(tools: Tools, judge: Judge, recording: Recording) -> Trace | None:
    """Trace a few calls of the original, once a run, where a strategy wants it."""
    if not tools.follow:
        return None
    trace = partial(judge.follow, recording)
    return tools.ledger.once("trace", str(recording.target), Trace, trace)


def refusals(tools: Tools, target: FunctionId) -> tuple[Attempt, ...]:
    """List what people rejected of a target: it is told last, so that it outweighs the rest."""
    return tuple(each.attempt for each in tools.refused if each.target == target)


def refusal(tools: Tools, candidate: Candidate) -> Reason | None:
    """Return why a person has rejected this very rewrite before."""
    same = (candidate.target, candidate.digest)
    found = (o.reason for o in tools.refused if (o.target, o.candidate_digest) == same)
    return next(found, None)


def room(settings: Settings) -> int:
    """Return how many tokens of surroundings a prompt may have."""
    return 0 if "context" in settings.run.without else settings.model.context_tokens


def is_done(tools: Tools, target: FunctionId) -> bool:
    """Tell whether a run is through with a target."""
    ledger, key = tools.ledger, str(target)
    if ledger.get("done", key, bool) or ledger.get("kept", key, KeptPatch):
        return True
    return any(target in each.along for each in ledger.all("kept", KeptPatch))


def tried_on(tools: Tools, target: FunctionId) -> list[Attempt]:
    """List the attempts of this run on a target."""
    return [each for each in tools.ledger.all("attempt", Attempt) if each.target == target]


def tried_before(tools: Tools, target: FunctionId, prefix: str) -> tuple[Attempt, ...]:
    """Return what was tried before a round; a run that goes on finds the same."""
    own = tried_on(tools, target)
    count = tools.ledger.once("before", prefix, int, lambda: len(own))
    return tuple(own[:count])


def offered(tools: Tools, offer: Offer) -> Offer | Reason:
    """Have a person who sits by decide about what would be kept."""
    decision = offer.attempt.decision
    if not decision.keep:
        return why(decision)
    return offer if tools.person is None else tools.person.decide(offer)


def goes_on(tools: Tools, target: FunctionId, told: list[str]) -> bool:
    """Ask a person who sits by what another rewrite should be like; add it, and journal it."""
    remark = "" if tools.person is None else tools.person.remark(target)
    if remark:
        told.append(remark)
        tools.ledger.put("told", str(target), told)
    return bool(remark)


def confirmations(tools: Tools) -> int:
    """Count the confirmations that have used up error budget, those of people's edits included."""
    return tools.talk.confirmed + sum(map(is_confirmed, tools.ledger.all("judged", Attempt)))
