"""The composition root: the only place that names adapters."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codeopt import config
from codeopt.adapters import git_clone
from codeopt.adapters.directory_tree import DirectoryTree
from codeopt.adapters.git_checkout import GitCheckout
from codeopt.adapters.git_repository import Checkout, GitRepository
from codeopt.adapters.local_executor import LocalExecutor
from codeopt.adapters.models.factory import open_models
from codeopt.adapters.preparing import prepare
from codeopt.adapters.python_language import PythonLanguage
from codeopt.adapters.sandboxes.select import choose_sandbox, probe_all
from codeopt.adapters.sqlite_journal import MemoryJournal, SqliteJournal
from codeopt.adapters.text_editor import edit as edit
from codeopt.adapters.unified_diff import apply_diff
from codeopt.cli import ladder, resuming
from codeopt.cli.echo import DiscreetModel, EchoingModel, NotedModel
from codeopt.cli.observing import Observer, observed, open_observers, read_log
from codeopt.cli.opened import OpenRun, RawRun, Subject, discarded_if_useless, run_meta
from codeopt.discover.graph import CallGraph
from codeopt.discover.index import discover
from codeopt.discover.targets import resolve_targets
from codeopt.ledger import Ledger
from codeopt.measure import witness
from codeopt.model.candidate import Patch
from codeopt.model.errors import PreconditionError, UsageError
from codeopt.model.evidence import Profile, Spend
from codeopt.model.judgement import Rewrite
from codeopt.model.review import Opinion
from codeopt.model.run import RunMeta, RunRecord
from codeopt.opinions import Opinions
from codeopt.pipeline.errand import Means
from codeopt.pipeline.run import Pipeline
from codeopt.pipeline.tools import Instruments, Person, Tools
from codeopt.pipeline.verdict import Inquiry
from codeopt.ports import Assignment, Executor, Message, Probe, Sandbox, Source
from codeopt.propose.strategies.catalogue import CatalogueStrategy
from codeopt.report.status import RunStatus
from codeopt.runs import RunDirectory, RunStore, scratch

if TYPE_CHECKING:
    from codeopt.adapters.dask_executor import DaskExecutor

Echo = Callable[[str], None]
Sit = Callable[[Tools, Opinions], Person]


def open_repository(path: Path) -> GitRepository:
    """Open the repository that holds a path."""
    return GitRepository(path)


def open_store(repository: GitRepository) -> RunStore:
    """Open the store of runs of a repository."""
    return RunStore(repository.private)


def load_settings(root: Path, flags: dict[str, Any]) -> config.Settings:
    """Merge the settings of a repository, the environment and the command line."""
    settings = config.load(flags, os.environ, root / "pyproject.toml").settings
    witness.check(settings.measure.witness)
    return settings


def load_record(path: Path, run: str) -> RunRecord:
    """Return what is known of a run."""
    with open_ledger(open_store(open_repository(path)).find(run).journal) as ledger:
        return ledger.record()


def load_raw(path: Path, run: str) -> RawRun:
    """Return a run with its journal and its log as they lie on disk."""
    directory = open_store(open_repository(path)).find(run)
    with closing(SqliteJournal(directory.journal)) as journal:
        return RawRun(Ledger(journal).record(), tuple(journal.entries()), read_log(directory.log))


def load_status(path: Path, run: str) -> RunStatus:
    """Return what a run is doing."""
    store = open_store(open_repository(path))
    directory = store.find(run)
    with open_ledger(directory.journal) as ledger:
        held = store.is_held(directory)  # first: a run that ends meanwhile has not died
        return resuming.status(ledger, held=held)


@contextmanager
def open_ledger(file: Path) -> Iterator[Ledger]:
    """Open a journal; it is made where there is none."""
    with closing(SqliteJournal(file)) as journal:
        yield Ledger(journal)


def clone(source: str, destination: Path) -> None:
    """Clone what git can clone."""
    git_clone.clone(source, destination)


def checkout(repository: GitRepository) -> GitCheckout:
    """Return what changes the user's checkout."""
    return GitCheckout(repository)


def load_prompts(path: Path, run: str) -> dict[str, tuple[Message, ...]]:
    """Return what models were asked in a run, by the digest of the request."""
    directory = open_store(open_repository(path)).find(run)
    with open_ledger(directory.journal) as ledger:
        return ledger.prompts()


def look_up(path: Path, target: str) -> Assignment:
    """Find one function of the checkout as it is, with the code around it."""
    repository = open_repository(path)
    language = PythonLanguage()
    code = discover(repository.root, language, cache=open_store(repository).cache)
    found = resolve_targets(code, [target], root=repository.root, cwd=path)
    if "::" not in target or len(found) != 1:
        raise UsageError(f"{target} is not one function", hint="write path::function")
    room = load_settings(repository.root, {}).model.context_tokens
    info = code.functions[found[0]]
    files = {file.path: (repository.root / file.path).read_bytes() for file in code.files}
    graph = CallGraph(code)
    return Assignment(info, code, files, graph=graph, context_tokens=room)


def sandbox(settings: config.Settings) -> Sandbox:
    """Choose the sandbox."""
    return choose_sandbox(settings.sandbox)


def probes() -> tuple[Probe, ...]:
    """Try all sandboxes out."""
    return probe_all()


@contextmanager
def open_run(
    path: Path,
    targets: tuple[str, ...],
    flags: dict[str, Any],
    *,
    resume: bool | str,
    echo: Echo | None,
    commit: str = "",
    sit: Sit | None = None,
) -> Iterator[OpenRun]:
    """Open a new run of HEAD or of ``commit``, or go on with the latest (or the named) one.

    ``sit`` has a person sit by.

    A run that ends before there is anything to go on with leaves nothing behind.
    """
    repository = open_repository(path)
    store = open_store(repository)
    with ExitStack() as stack:
        if resume:
            name = resume if isinstance(resume, str) else ""
            found = resuming.unfinished(
                store, targets, flags, open_ledger, name=name, keys=_user_cache()
            )
            directory, meta, settings = found
            resuming.require_commit(repository.resolve, meta)
        else:
            settings = load_settings(repository.root, flags)
            commit = commit or repository.status().head
            chosen = choose_sandbox(settings.sandbox)
            directory = store.create()
            stack.enter_context(discarded_if_useless(store, directory, open_ledger))
            meta = run_meta(directory, commit, targets, settings, chosen.name)
            resuming.mark(directory, meta, _user_cache())
        stack.enter_context(store.lock(directory))
        tools = run_tools(stack, path, directory, meta, settings, echo)
        if sit is not None:
            said = Opinions(stack.enter_context(open_ledger(store.opinions)), tools.ledger)
            tools = replace(tools, person=sit(tools, said))
        observers = stack.enter_context(open_observers(directory.log, _telemetry))
        pipeline = Pipeline(tools, meta, bool(resume))
        yield OpenRun(settings, tools.ledger, lambda: observed(pipeline.run(), observers))
        store.remember(tools.ledger.get("profile", "", Profile))


def run_tools(
    stack: ExitStack,
    path: Path,
    directory: RunDirectory,
    meta: RunMeta,
    settings: config.Settings,
    echo: Echo | None,
) -> Tools:
    """Put together what a run works with; ``stack`` closes it."""
    repository = open_repository(path)
    store = open_store(repository)
    journal = SqliteJournal(directory.journal)
    stack.callback(journal.close)
    ledger = Ledger(journal)
    ledger.once("meta", "", RunMeta, lambda: meta)
    models = _models(settings, ledger, directory, echo)
    for model in models:
        stack.callback(model.close)
    cluster = _cluster(settings, stack)
    return Tools(
        repository=repository,
        sandbox=choose_sandbox(settings.sandbox),
        executor=cluster or _executor(settings),
        workers=cluster,
        language=PythonLanguage(),
        ledger=ledger,
        strategy=ladder.strategy(
            settings,
            models,
            repository.root,
            ask=LocalExecutor(max(1, settings.model.in_flight)).map,
        ),
        settings=settings,
        cache=store.cache,
        recordings=directory.recordings,
        start=path,
        look_inside=ladder.looks_inside(settings, models),
        follow=ladder.follows(settings, models),
        memory=ladder.memory(settings, store.cache, _user_cache()),
        refused=tuple(
            ledger.once("refused", "", list[Opinion], partial(resuming.refused, store, open_ledger))
        ),
    )


@contextmanager
def open_profile(path: Path, flags: dict[str, Any]) -> Iterator[OpenRun]:
    """Open a profile, which is not stored as a run."""
    repository = open_repository(path)
    settings = load_settings(repository.root, flags)
    ledger = Ledger(MemoryJournal())
    chosen = choose_sandbox(settings.sandbox)
    store = open_store(repository)
    meta = run_meta(
        RunDirectory(Path("profile")), repository.status().head, (), settings, chosen.name
    )
    tools = Tools(
        repository=repository,
        sandbox=chosen,
        executor=_executor(settings),
        language=PythonLanguage(),
        ledger=ledger,
        strategy=CatalogueStrategy,
        settings=settings,
        cache=store.cache,
        recordings=store.cache / "recordings",
        start=path,
    )
    yield OpenRun(settings, ledger, Pipeline(tools, meta).profile)
    store.remember(ledger.get("profile", "", Profile))


def two_commits(path: Path, text: str) -> Subject:
    """Read ``BASE..HEAD``, or ``BASE...HEAD`` for what came since they parted."""
    dots = "..." if "..." in text else ".."
    base, found, head = text.partition(dots)
    if not found or not base:
        hint = "write BASE..HEAD, or name a file with --patch, or --function and --candidate"
        raise UsageError(f"{text!r} does not name two commits", hint=hint)
    repository = open_repository(path)
    old, new = repository.resolve(base), repository.resolve(head or "HEAD")
    old = repository.merge_base(old, new) if dots == "..." else old
    return Subject(repository, Patch(repository.changes(old, new)), old)


def patch_file(path: Path, diff: bytes) -> Subject:
    """Read a diff against HEAD, or against the files of a directory without git."""
    repository = _repository(path)
    if repository is None:
        tree = DirectoryTree(path)
        return Subject(tree, Patch(apply_diff(diff, tree.read, what=str(tree.root))))
    head = repository.resolve("HEAD")
    known = frozenset(repository.files(head))

    def read(name: str) -> bytes | None:
        return repository.read(head, name) if name in known else None

    return Subject(repository, Patch(apply_diff(diff, read, what=f"commit {head[:12]}")), head)


def rewrite_file(path: Path, target: str, text: str) -> Subject:
    """Take the files as they are: the checkout where git tracks them, else the directory."""
    repository = _repository(path)
    file = path / target.partition("::")[0]
    tracked = repository is not None and repository.tracks(file)
    source: Source = Checkout(repository) if repository and tracked else DirectoryTree(path)
    return Subject(source, Rewrite(target, text))


@contextmanager
def open_judge(
    path: Path,
    subject: Subject,
    flags: dict[str, Any] | config.Settings,
    *,
    speed: bool,
    confirmations: int = 0,
) -> Iterator[OpenRun]:
    """Open the judgement of one change, which is not stored; by settings: as their run judges."""
    as_run = isinstance(flags, config.Settings)
    root = subject.source.root
    settings = flags if isinstance(flags, config.Settings) else load_settings(root, flags)
    with scratch() as directory:
        chosen = instruments(subject.source, settings, directory, start=path)
        about = (subject.change, subject.commit, directory, speed, confirmations)
        inquiry = Inquiry(chosen, *about, as_run=as_run)
        yield OpenRun(settings, chosen.ledger, inquiry.run)


def instruments(
    source: Source, settings: config.Settings, directory: Path, *, start: Path
) -> Instruments:
    """Return what it takes to judge a change without storing anything of it."""
    return Instruments(
        repository=source,
        sandbox=choose_sandbox(settings.sandbox),
        executor=_executor(settings),
        language=PythonLanguage(),
        ledger=Ledger(MemoryJournal()),
        settings=settings,
        cache=_user_cache() / "code",
        recordings=directory / "recordings",
        start=start,
    )


def _repository(path: Path) -> GitRepository | None:
    try:
        return GitRepository(path)
    except PreconditionError:
        return None


def _models(
    settings: config.Settings, ledger: Ledger, directory: RunDirectory, echo: Echo | None
) -> tuple[DiscreetModel, ...]:
    """Open the models: what a run that goes on has spent before counts."""
    spent = sum(ledger.all("spend", Spend), Spend())
    opened = open_models(
        settings.model, _user_cache() / "replies", record=directory.replies, spent=spent
    )
    heard = [EchoingModel(each, echo) if echo is not None else each for each in opened]
    return tuple(DiscreetModel(NotedModel(each, ledger)) for each in heard)


def _executor(settings: config.Settings) -> Executor:
    return LocalExecutor(settings.run.jobs or os.cpu_count() or 1)


def _cluster(settings: config.Settings, stack: ExitStack) -> DaskExecutor | None:
    """Connect to the workers that the settings name; None where all is done here."""
    if settings.run.executor == "local":
        return None
    if settings.run.executor != "dask":
        text = f"there is no executor called {settings.run.executor!r}"
        raise UsageError(text, hint="choose local or dask")
    from codeopt.adapters.dask_executor import DaskExecutor  # Dask takes a second to import
    from codeopt.cli.errand import perform

    found = DaskExecutor(settings.run.scheduler, perform)
    stack.callback(found.close)
    return found


def _telemetry() -> Observer:
    from codeopt.adapters.telemetry import Telemetry

    return Telemetry()


def means() -> Means:
    """Return what a worker on another machine works with, in a directory that goes with it."""
    stack = ExitStack()
    directory = stack.enter_context(scratch())
    return Means(
        directory=directory,
        sandbox=lambda settings: choose_sandbox(settings.sandbox),
        language=PythonLanguage(),
        fetch=lambda bundle, place, settings: prepare(bundle, place, settings.run.setup),
        holds=stack,
    )


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "codeopt"
