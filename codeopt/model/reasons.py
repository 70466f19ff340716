"""Why a candidate was not kept: one code for each reason, and the text a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """List every reason for which the judge rejects a candidate."""

    # the answer itself
    UNPARSABLE = "unparsable"
    EMPTY_ANSWER = "empty-answer"
    NO_CHANGE = "no-change"
    DUPLICATE = "duplicate"
    MODEL_FAILED = "model-failed"
    BUDGET = "budget"
    # gate
    SIGNATURE = "signature-changed"
    DECORATORS = "decorators-changed"
    KIND = "kind-changed"
    OTHER_CODE = "touches-other-code"
    PUBLIC_NAME = "public-name-changed"
    LOCKED_FILE = "touches-locked-file"
    IMPORT = "forbidden-import"
    FORBIDDEN = "forbidden-construct"
    UNBOUNDED_CACHE = "unbounded-cache"
    STUB = "stub"
    # behaviour
    RESULT = "result-differs"
    TYPE = "type-differs"
    EXCEPTION = "exception-differs"
    MUTATION = "mutation-differs"
    ALIASING = "aliasing-differs"
    LAZINESS = "laziness-differs"
    ORDER = "order-differs"
    OUTPUT = "output-differs"
    GLOBAL_STATE = "global-state-differs"
    EDGE = "edge-difference"
    UNVERIFIED = "unverified"
    TIMEOUT = "timeout"
    CRASH = "crash"
    # tests
    TESTS_FAILED = "tests-failed"
    TESTS_CHANGED = "tests-changed"
    # resources and speed
    MEMORY = "memory-grows"
    THREADS = "not-thread-safe"
    NOT_FASTER = "not-faster"
    SLOWER = "slower"
    CLASS_SLOWER = "slower-on-some-inputs"
    WORKLOAD_SLOWER = "workload-slower"
    TOO_NOISY = "too-noisy"
    CLOCK_DISAGREES = "clock-disagrees"
    CONTROL_FAILED = "control-failed"
    SUPERSEDED = "superseded"
    # people
    REFUSED = "rejected-by-a-person"


@dataclass(frozen=True, slots=True)
class Reason:
    """Hold one reason: what happened, and what to do next where there is something to do."""

    code: Code
    text: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.hint})" if self.hint else self.text
