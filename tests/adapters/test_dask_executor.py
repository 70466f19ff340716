"""Jobs on a real scheduler with workers on loopback, which are killed one after the other."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from codeopt.model.errors import PreconditionError
from codeopt.ports import Parcel, WorkersLost
from tests.support import errands
from tests.support.cluster import Cluster, cluster

distributed = pytest.importorskip("distributed")
from codeopt.adapters.dask_executor import DaskExecutor  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.fixture(scope="module")
def executor(running: Cluster) -> Iterator[DaskExecutor]:
    found = DaskExecutor(running.address, errands.perform)
    found._client.wait_for_workers(2, timeout=60)
    yield found
    found.close()


def ask(executor: DaskExecutor, **job: object) -> dict[str, object]:
    parcel = Parcel(json.dumps(job))
    found: dict[str, object] = json.loads(executor.perform(parcel))
    return found


def test_results_come_in_order_and_from_all_workers(executor: DaskExecutor) -> None:
    def job(number: int) -> tuple[int, object]:
        return number, ask(executor, seconds=0.2)["pid"]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(job, range(6)))
    assert [number for number, _ in found] == list(range(6))
    assert len({pid for _, pid in found}) == 2
    assert list(executor.map(str, range(5))) == list("01234")


def test_files_are_sent_once_to_a_worker_that_lacks_them(
    executor: DaskExecutor, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("what is known")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    parcel = Parcel(json.dumps({"needs": [digest]}), ((digest, file),))
    for _ in range(4):
        assert json.loads(executor.perform(parcel))["known"] == ["what is known"]
    file.unlink()  # whoever has it needs it no more
    timing = replace(parcel, timing=True)
    assert json.loads(executor.perform(timing))["sent"] == []


def test_what_is_measured_goes_to_one_worker_one_at_a_time(
    executor: DaskExecutor, running: Cluster
) -> None:
    parcel = Parcel(json.dumps({"seconds": 0.1}), timing=True)
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(executor.perform, [parcel] * 3))
    pids = {json.loads(each)["pid"] for each in found}
    assert pids == {running.workers["w0"].pid}


def test_an_answer_that_is_packed_as_code_is_refused(running: Cluster) -> None:
    found = DaskExecutor(running.address, errands.packed)  # type: ignore[arg-type]
    with pytest.raises(WorkersLost, match="form that is not read"):
        found.perform(Parcel("x"))
    found.close()


def test_a_straggler_is_overtaken(executor: DaskExecutor) -> None:
    marks = threading.Event()

    def slow() -> None:
        ask(executor, seconds=2.0)
        marks.set()

    threading.Thread(target=slow).start()
    parcel = Parcel(json.dumps({"seconds": 0.0}), seconds=0.3)
    assert json.loads(executor.perform(parcel))["pid"]
    assert marks.wait(20)


def test_what_a_lost_worker_had_is_done_by_another(
    executor: DaskExecutor, running: Cluster
) -> None:
    lost = running.workers["w1"]
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(ask, executor, seconds=0.5) for _ in range(4)]
        threading.Timer(0.3, lost.kill).start()
        pids = {future.result(60)["pid"] for future in futures}
    assert running.workers["w0"].pid in pids
    assert lost.wait(10) != 0


def test_without_a_worker_that_may_measure_nothing_is_measured(
    executor: DaskExecutor, running: Cluster, tmp_path: Path
) -> None:
    running.start_worker("w2", tmp_path)
    executor._client.wait_for_workers(2, timeout=60)
    running.workers["w0"].kill()
    with pytest.raises(WorkersLost, match="no worker that may measure"):
        executor.perform(Parcel(json.dumps({"seconds": 600}), timing=True))
    assert ask(executor)["pid"] == running.workers["w2"].pid, "what is verified goes on"
    with pytest.raises(PreconditionError, match="may measure"):
        DaskExecutor(running.address, errands.perform, patience=0.1)


def test_a_scheduler_that_goes_away_is_told(executor: DaskExecutor, running: Cluster) -> None:
    threading.Timer(0.3, running.scheduler.kill).start()
    with pytest.raises(WorkersLost, match=r"the scheduler at .* is gone"):
        ask(executor, seconds=600)
    with pytest.raises(WorkersLost, match="gone"):
        ask(executor)


def test_an_address_is_needed() -> None:
    with pytest.raises(PreconditionError, match="no scheduler is named"):
        DaskExecutor("", errands.perform)
