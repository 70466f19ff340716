"""A model that gives its answers in order."""

from collections.abc import Sequence

from codeopt.model.evidence import Spend
from codeopt.model.reasons import Code
from codeopt.ports import Reply, Request


class ScriptedModel:
    """Answer with each text in turn; None is a failed call."""

    def __init__(
        self,
        answers: Sequence[str | None],
        name: str = "scripted",
        *,
        spend: Spend | None = None,
        code: Code = Code.MODEL_FAILED,
    ) -> None:
        self.name = name
        self.requests: list[Request] = []
        self._answers = list(answers)
        self._spend = spend or Spend(0.0, 10, 5, 1)
        self._code = code

    def complete(self, request: Request) -> Reply:
        self.requests.append(request)
        answer = self._answers.pop(0)
        if answer is None:
            return Reply("", Spend(), request.digest, error="it failed", code=self._code)
        return Reply(answer, self._spend, request.digest)
