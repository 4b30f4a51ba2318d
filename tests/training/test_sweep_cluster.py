"""A sweep on a Dask cluster of two local workers equals the local one; a worker killed in the middle loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import distributed
import numpy as np
import pytest

from app.document.dataset import XOR
from app.document.generate import generate
from app.errors import ProblemError
from app.training.stop import Stop
from app.training.sweep import LocalWorkers, Progress, Runner
from app.training.sweep_axes import parse_vary
from app.training.sweep_cluster import ClusterWorkers, checked_address
from app.training.sweep_plan import Plan, Sweep

ROOT = Path(__file__).parents[2]
SCHEDULER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1")
    print(cluster.scheduler_address, flush=True)
    sys.stdin.read()
    cluster.close()
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Scheduler and two workers in processes of their own; ends when its standard input is closed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", SCHEDULER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env=environment,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    yield process.stdout.readline().strip()
    process.stdin.close()
    process.wait()
    process.stdout.close()


def plan() -> Plan:
    schematic = generate([2, 3, 1], XOR, "xor", imperfect=True)[0]
    varies = ("N*/M*.V_off=normal:0:5m", "T_row=0.1us,0.2us", "N*.gain=3,4,5")
    return Plan(schematic, Sweep(tuple(map(parse_vary, varies)), runs=16, stop=Stop(epochs=300)))


def test_it_equals_the_local_one_though_a_worker_is_killed(cluster: str) -> None:
    workers = ClusterWorkers(cluster)
    assert workers.count == 2
    with distributed.Client(cluster, set_as_default=False) as client:
        pids = list(client.run(os.getpid).values())
    killed: list[int] = []

    def kill_one(progress: Progress) -> None:
        if not killed and 0 < progress.done < progress.total:
            os.kill(pids[0], signal.SIGKILL)
            killed.append(pids[0])

    try:
        table = Runner(plan(), workers).run(kill_one)
    finally:
        workers.close()
    local = Runner(plan(), LocalWorkers(2)).run()
    assert killed, "the sweep was over before a worker could be killed"
    assert table.done.all()
    np.testing.assert_allclose(table.mse, local.mse, atol=1e-12)
    np.testing.assert_allclose(table.weights, local.weights, atol=1e-12)


def test_a_fault_in_a_batch_is_told_as_on_this_machine(cluster: str) -> None:
    schematic = generate([2, 3, 1], XOR, "xor")[0]
    broken = Plan(schematic, Sweep((parse_vary("N*/C*.C=normal:0.1p:0.1p"),), runs=20, stop=Stop(epochs=2)))
    workers = ClusterWorkers(cluster)
    try:
        with pytest.raises(ProblemError) as caught:
            Runner(broken, workers).run()
    finally:
        workers.close()
    assert caught.value.problems[0].code == "parameter-invalid"


@pytest.mark.parametrize(
    "address",
    ["tcp://10.0.0.7:8786", "10.0.0.7:8786", "example.org:8786", "ws://127.0.0.1:1", "tls://", "ucx://h:1", ""],
)
def test_open_clusters_are_refused(address: str) -> None:
    with pytest.raises(ProblemError) as caught:
        checked_address(address)
    assert caught.value.problems[0].code == "scheduler-refused"


@pytest.mark.parametrize("address", ["tls://example.org:8786", "127.0.0.1:8786", "tcp://localhost:1", "tcp://[::1]:8786"])
def test_encrypted_ones_and_this_machine_are_not(address: str) -> None:
    assert checked_address(address).endswith(address)


def test_encryption_without_certificates_is_told() -> None:
    with pytest.raises(ProblemError) as caught:
        ClusterWorkers("tls://127.0.0.1:9")
    assert caught.value.problems[0].code == "no-certificates"


def test_nobody_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.training.sweep_cluster.CONNECT_SECONDS", 0.5)
    with pytest.raises(ProblemError) as caught:
        ClusterWorkers("tcp://127.0.0.1:9")
    assert caught.value.problems[0].code == "cluster-unreachable"
