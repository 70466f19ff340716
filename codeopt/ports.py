"""The seams: what the stages need from the outside world, as protocols.

Adapters (``codeopt/adapters``) implement them; only ``cli/wiring.py`` names adapters.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from codeopt.model.candidate import Candidate, FileChange, Patch
from codeopt.model.code import CodeMap, FileInfo, FunctionId, FunctionInfo
from codeopt.model.evidence import Attempt, Hotspot, Recording, Spend, Verdict
from codeopt.model.insight import Example, Trace
from codeopt.model.reasons import Code
from codeopt.model.tree import ChildCalls, Examined, FunctionTree

T = TypeVar("T")
R = TypeVar("R")


# ---------------------------------------------------------------------------- language
class Language(Protocol):
    """Parse and edit source text of one programming language.

    ``version`` changes whenever ``parse`` would describe the same bytes differently.
    """

    version: str

    def parse(self, path: str, source: bytes) -> FileInfo:
        """Describe a file; broken files are described as far as they go."""

    def extract(self, source: bytes, function: FunctionInfo) -> str:
        """Return the text of a function with its decorators, dedented."""

    def apply(self, candidate: Candidate, sources: Mapping[str, bytes]) -> Patch:
        """Write a candidate into files; raise ``UnparsableError`` when it does not fit."""

    def fingerprint(self, source: str) -> str:
        """Return a digest of the syntax, blind to comments, layout and docstrings."""


# ---------------------------------------------------------------------------- sandbox
class Guarantee(StrEnum):
    """Name what a sandbox backend can hold.

    PROCESSES: no process outside can be looked into, signalled or traced. FORKS: their number is
    bounded. NESTED: a directory to read stays read-only inside one to write.
    """

    NETWORK = "network"
    HOME = "home"
    FILES = "files"
    NESTED = "nested"
    ENVIRONMENT = "environment"
    PROCESSES = "processes"
    FORKS = "forks"
    MEMORY = "memory"
    TIME = "time"
    OUTPUT = "output"
    CLEANUP = "cleanup"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bound one sandboxed process tree; ``output_bytes`` is per stream."""

    wall_seconds: float = 300.0
    cpu_seconds: float = 600.0
    memory_bytes: int = 4 << 30
    processes: int = 256
    file_bytes: int = 1 << 30
    output_bytes: int = 8 << 20


@dataclass(frozen=True, slots=True)
class Command:
    """Describe what to run inside: nothing outside ``read`` and ``write`` is reachable.

    The system's own libraries and the interpreter's prefixes must be listed in ``read`` when they
    are not under the usual system directories. ``environment`` is added to a minimal one.
    """

    argv: tuple[str, ...]
    cwd: Path
    read: tuple[Path, ...] = ()
    write: tuple[Path, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Completed:
    """Say how a sandboxed command ended; ``stopped`` names the limit that ended it, or is ""."""

    returncode: int
    stdout: bytes
    stderr: bytes
    wall_seconds: float
    stopped: str = ""
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """Hold what a sandbox backend showed when it was tried."""

    name: str
    available: bool
    holds: frozenset[Guarantee]
    detail: str = ""
    hint: str = ""


class Session(Protocol):
    """A sandboxed process in conversation: binary pipes to its stdin and from its stdout."""

    stdin: BinaryIO
    stdout: BinaryIO

    def close(self) -> Completed:
        """End the process tree, now, and say how it ended (stdout is what was left unread)."""

    def read(self, size: int, deadline: float) -> bytes:
        """Read exactly ``size`` bytes; raise TimeoutError past ``deadline`` (time.monotonic),
        EOFError when the process has ended first."""


class Sandbox(Protocol):
    """Run untrusted code."""

    name: str

    def probe(self) -> Probe:
        """Start the backend for real and check what is out of reach."""

    def run(self, command: Command) -> Completed:
        """Run a command to its end, within its limits."""

    def start(self, command: Command) -> Session:
        """Start a command to talk to."""


# ---------------------------------------------------------------------------- models
@dataclass(frozen=True, slots=True)
class Message:
    """Hold one chat message."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """Ask a model; equal requests have equal digests. ``sample`` tells repeated asks apart.

    ``slot`` names what is asked for without the figures that vary from run to run (shares,
    timings); it is no part of the digest. A replay falls back on it.
    """

    messages: tuple[Message, ...]
    model: str
    temperature: float = 0.8
    max_tokens: int = 4096
    sample: int = 0
    slot: str = ""

    @property
    def digest(self) -> str:
        """Return the SHA-256 of everything that the model is asked."""
        asked = {
            "max_tokens": self.max_tokens,
            "messages": [[message.role, message.content] for message in self.messages],
            "model": self.model,
            "sample": self.sample,
            "temperature": float(self.temperature),
        }
        text = json.dumps(asked, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class Reply:
    """Hold an answer; ``error`` is set, and ``text`` empty, when the call failed for good.

    ``request`` is the digest of the request; ``code`` says what kind of failure it was (BUDGET,
    MODEL_FAILED); ``truncated`` is an answer cut off at ``max_tokens``.
    """

    text: str
    spend: Spend
    request: str
    cached: bool = False
    seconds: float = 0.0
    error: str = ""
    code: Code | None = None
    truncated: bool = False


class LanguageModel(Protocol):
    """Answer requests."""

    name: str

    def complete(self, request: Request) -> Reply:
        """Answer one request before its deadline.

        A call that failed but may work another time comes back with ``error``; a model that cannot
        be used at all (wrong key, no such model, unreachable) raises ModelError.
        """


# ---------------------------------------------------------------------------- strategies
class Graph(Protocol):
    """Tell who calls whom in a repository, as far as names tell."""

    def callees(self, function: FunctionId) -> tuple[FunctionId, ...]:
        """Return the functions of the repository that a function calls."""

    def callers(self, function: FunctionId) -> tuple[FunctionId, ...]:
        """Return the functions that are known to call a function."""

    def possible_callers(self, name: str) -> tuple[FunctionId, ...]:
        """Return the functions that call something of that bare name."""


Outcomes = tuple[str | None, ...]


class Examiner(Protocol):
    """Run drafts of one target in the sandbox on behalf of a strategy, which runs no code itself.

    A draft is a candidate that is not meant to be faster: the target with parts of it moved into
    new module-level functions. What was found out once is not found out again.
    """

    def certify(self, draft: Candidate) -> Verdict:
        """Say whether a draft behaves as the original on all known inputs; speed plays no part."""

    def calls(self, draft: Candidate, children: Sequence[str]) -> tuple[ChildCalls, ...]:
        """Record what reaches each child while a draft runs the recorded calls."""

    def compare(self, draft: Candidate, child: str, changed: Candidate) -> Examined:
        """Compare a draft in which one child was changed with the draft, on the child's inputs."""

    def outcomes(self, draft: Candidate, child: str, changed: Candidate) -> Outcomes:
        """Name how each recorded input of the child ends; None where that cannot be compared."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Hand a target to a strategy with all that is known about it.

    ``sources`` maps paths to the bytes at the commit under work. ``context_tokens`` is the room for
    surroundings in a prompt. ``liking`` says by how much techniques gained more, or less, than is
    usual, on other targets (log ratios). ``examples`` are rewrites that were kept elsewhere.
    ``trace`` is what a few recorded calls did, where a strategy wants it. ``examiner``: None where
    nothing can be run. ``guidance`` is what a person asks of the rewrite.
    """

    target: FunctionInfo
    code: CodeMap
    sources: Mapping[str, bytes]
    hotspot: Hotspot | None = None
    recording: Recording | None = None
    history: tuple[Attempt, ...] = ()
    project_packages: frozenset[str] = frozenset()
    graph: Graph | None = None
    context_tokens: int = 2_000
    liking: Mapping[str, float] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    trace: Trace | None = None
    examiner: Examiner | None = None
    guidance: str = ""

    @property
    def share(self) -> float:
        """Return the share of the workload's time that passes in the target; 1 if it is unknown."""
        return min(max(self.hotspot.cumulative_share, 0.0), 1.0) if self.hotspot else 1.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """Hold what a strategy offers: a candidate, or the reason why an answer gave none.

    ``tree`` is the state of a function tree after a step, which may be all that there is to tell.
    ``goes_on`` says that the next proposal does not depend on what is found about this one, so that
    both may be verified at once. A ``promise`` stands alone: the next step asks a model, and may
    save so much of the workload's time for each token; other targets may be worked on first.
    """

    candidate: Candidate | None
    attempt: Attempt | None = None
    spend: Spend = field(default_factory=Spend)
    tree: FunctionTree | None = None
    goes_on: bool = False
    promise: float | None = None


class Strategy(Protocol):
    """Propose candidates; never decide and never run code."""

    name: str

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        """Yield proposals; the caller may stop at any time (budget, good enough)."""

    def observe(self, attempt: Attempt) -> None:
        """Learn what the judge found about a candidate, which may be of another target."""


# ---------------------------------------------------------------------------- repository
@dataclass(frozen=True, slots=True)
class Status:
    """Describe the user's checkout without touching it; ``branch`` is empty when detached."""

    root: Path
    head: str
    branch: str
    dirty: tuple[str, ...]


class Source(Protocol):
    """Give the files to work on."""

    root: Path

    def export(self, commit: str, destination: Path) -> None:
        """Write the files of a commit into a new directory, with the ignored files that the
        packages need to be imported (generated modules, compiled extensions)."""


class Repository(Source, Protocol):
    """Read a repository and add commits to it, without touching the user's checkout."""

    private: Path

    def status(self) -> Status:
        """Describe the checkout."""

    def files(self, commit: str) -> tuple[str, ...]:
        """List the paths in a commit."""

    def read(self, commit: str, path: str) -> bytes:
        """Return the bytes of a file in a commit."""

    def bundle(self, commit: str, file: Path) -> str:
        """Write the files of a commit, without its history, into a git bundle; return its id."""

    def changes(self, base: str, head: str) -> tuple[FileChange, ...]:
        """Return the files that differ between two commits; a missing side is empty."""

    def commit(self, parent: str, patch: Patch, message: str) -> str:
        """Create a commit on top of ``parent``; no branch moves. Return its id."""

    def branch(self, name: str) -> str | None:
        """Return the commit of a branch, None when there is no such branch."""

    def move_branch(self, name: str, commit: str, *, expected: str | None) -> None:
        """Create (``expected=None``) or move a branch, atomically."""


class Checkout(Protocol):
    """Change the user's checkout, only when the user asks; never lose a change of the user's.

    All raise PreconditionError, having changed nothing, where a patch does not fit.
    """

    def take_commits(self, commits: Sequence[str]) -> str:
        """Put commits on top of the current one, and move branch and files on; return the last."""

    def rebuild(self, commits: Sequence[str], onto: str) -> str:
        """Put commits on top of another one, and move nothing; return the last."""

    def take_files(self, commits: Sequence[str]) -> None:
        """Make the changes of commits in the files, and nowhere else: all of them or none."""


# ---------------------------------------------------------------------------- journal
@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one journalled step: ``key`` is unique in a run, ``value`` is JSON text."""

    kind: str
    key: str
    value: str


class Journal(Protocol):
    """Keep every finished step on disk before the next one starts."""

    def append(self, entry: Entry) -> None:
        """Store an entry durably; an entry of the same kind and key is replaced."""

    def get(self, kind: str, key: str) -> str | None:
        """Return the value stored under a key."""

    def entries(self, kind: str | None = None) -> Iterable[Entry]:
        """Return entries in the order in which they were first stored."""


# ---------------------------------------------------------------------------- executor
class Executor(Protocol):
    """Run independent jobs, on this machine or on others."""

    workers: int

    def map(self, job: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Apply ``job`` to every item; results come in the order of the items."""


# ---------------------------------------------------------------------------- other machines
@dataclass(frozen=True, slots=True)
class Parcel:
    """Hold a job for another machine, as JSON text: no code travels, and no pickle comes back.

    ``blobs`` are files that the job needs, by the SHA-256 of their bytes; they are sent to a worker
    that lacks them. ``timing``: only a worker that may measure does it, alone on its machine.
    ``seconds`` is how long it should take at most; then another worker is asked, too.
    """

    text: str
    blobs: tuple[tuple[str, Path], ...] = ()
    timing: bool = False
    seconds: float = 600.0


class WorkersLost(Exception):
    """No worker could do a job; the message is fit to be shown."""


class Workers(Protocol):
    """Do jobs on other machines."""

    def perform(self, parcel: Parcel) -> str:
        """Return the answer to a job, JSON text that is to be read with care; raise WorkersLost."""
