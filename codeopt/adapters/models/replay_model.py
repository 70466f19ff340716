"""Answer from a recorded run, without a model."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from codeopt.adapters.models.records import Record, load_all
from codeopt.model.errors import PreconditionError
from codeopt.model.evidence import Spend
from codeopt.model.reasons import Code
from codeopt.ports import Reply, Request


class ReplayModel:
    """Implement the LanguageModel port with the replies in a directory.

    A reply is found by the digest of its request, or else by its slot: shares and timings in a
    prompt differ from run to run, what is asked for does not. The name is that of the model that
    was recorded (of several, the one with the most replies), and so is the spend: a replayed run
    reports what the recorded one did.
    """

    def __init__(self, directory: Path) -> None:
        records = load_all(directory)
        if not records:
            raise PreconditionError(
                f"there is no recorded answer in {directory}",
                hint="replay:DIR wants the directory in which a run kept its model answers",
            )
        counts = Counter(record.model for record in records)
        self.name = min(counts, key=lambda model: (-counts[model], model))
        self._directory = directory
        self._by_digest = {record.reply.request: record for record in records}
        self._by_slot = _index_slots(records, self.name)

    def complete(self, request: Request) -> Reply:
        """Return the recorded reply; the same request always gets the same one."""
        asked = replace(request, model=self.name)
        record = self._by_digest.get(asked.digest) or self._by_slot.get(asked.slot)
        if record is not None:
            return replace(record.reply, request=request.digest)
        error = f"no answer is recorded in {self._directory} for request {asked.digest}"
        return Reply("", Spend(), request.digest, error=error, code=Code.MODEL_FAILED)


def _index_slots(records: tuple[Record, ...], model: str) -> dict[str, Record]:
    """Index by slot; where the chosen model answered, another one's reply does not count."""
    ordered = sorted(records, key=lambda record: record.model == model)
    return {record.slot: record for record in ordered if record.slot}
