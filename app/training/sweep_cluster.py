"""A sweep on an existing Dask cluster: the same jobs as on this machine, a document's text and plain numbers in each.

Only TLS with certificates (Dask's own configuration names them) or this machine itself: Dask's messages can carry code,
so whoever can reach an open scheduler or worker could run anything. Dask gives a lost worker's jobs to others.
"""

from __future__ import annotations

import ipaddress
import time
import zlib
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from app import __version__
from app.errors import Problem, ProblemError, fail
from app.training.sweep_job import Job, Outcome, Tick, run_job

CONNECT_SECONDS = 10
WORKERS_SECONDS = 60  # without any worker before giving up
POLL_SECONDS = 0.1
RETRIES = 10  # Dask's own limit for a job whose workers die counts beside it


def checked_address(address: str) -> str:
    """The address in full. Raises ProblemError for anything but TLS or this machine."""
    full = address if "://" in address else f"tcp://{address}"
    parts = urlsplit(full)
    if parts.scheme == "tls" and parts.hostname:
        return full
    if parts.scheme == "tcp" and _is_loopback(parts.hostname or ""):
        return full
    raise fail(
        "scheduler-refused", f"--scheduler {address}", "it is neither encrypted nor on this machine",
        "use tls://HOST:PORT with certificates in Dask's configuration, or tcp://127.0.0.1:PORT",
    )  # fmt: skip


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class ClusterWorkers:
    """Connects at once, so that what is wrong is told before anything runs. Raises ProblemError, ImportError where Dask
    is not installed."""

    def __init__(self, address: str) -> None:
        import distributed

        self.address = checked_address(address)
        encrypted = self.address.startswith("tls://")
        security = distributed.Security(require_encryption=True) if encrypted else distributed.Security()
        if encrypted and security.get_connection_args("client").get("ssl_context") is None:
            raise self._problem(
                "no-certificates", "Dask's configuration names no certificates",
                "set distributed.comm.tls.ca-file and distributed.comm.tls.client.cert and .key",
            )  # fmt: skip
        try:
            self._client: Any = distributed.Client(
                self.address, timeout=CONNECT_SECONDS, security=security, set_as_default=False
            )
        except (OSError, TimeoutError, TypeError, RuntimeError, ValueError) as error:
            raise self._problem(
                "cluster-unreachable", f"no scheduler answers ({error})",
                "start one with `dask scheduler`, or correct the address or the certificates",
            ) from None  # fmt: skip
        try:
            self._check_workers()
        except BaseException:
            self._client.close()
            raise
        self.count = max(1, sum(int(worker["nthreads"]) for worker in self._known_workers().values()))

    def close(self) -> None:
        self._client.close()

    def run(self, text: str, jobs: Sequence[Job], tick: Tick) -> Iterator[tuple[Job, Outcome] | None]:
        """See sweep.Workers. Work under way is not heard of; ended early, what waits is taken back."""
        packed = zlib.compress(text.encode(), 1)
        waiting: dict[Any, Job] = {}
        last_worker = time.monotonic()
        try:
            for job in jobs:
                future = self._client.submit(remote, packed, job, pure=False, retries=RETRIES)
                waiting[future] = job
            while waiting:
                for future in [future for future in waiting if future.done()]:
                    job = waiting.pop(future)
                    yield job, self._outcome(future)
                yield None
                time.sleep(POLL_SECONDS)
                if self._known_workers():
                    last_worker = time.monotonic()
                elif time.monotonic() - last_worker > WORKERS_SECONDS:
                    raise self._problem("cluster-empty", "all of its workers are gone", "start workers, then --resume")
        finally:
            if waiting and self._client.status == "running":
                self._client.cancel(list(waiting))

    def _outcome(self, future: Any) -> Outcome:
        try:
            outcome: Outcome = future.result()
        except ProblemError:
            raise
        except Exception as error:  # whatever Dask says of dead workers and lost connections
            raise self._problem(
                "cluster-failed", f"a batch could not be done: {error}", "see the workers' logs, then --resume"
            ) from None
        return outcome

    def _check_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=WORKERS_SECONDS)
        except TimeoutError:
            raise self._problem("cluster-empty", "it has no workers", "start some with `dask worker`") from None
        if self.address.startswith("tcp://"):
            strangers = [name for name in self._known_workers() if not _is_loopback(urlsplit(name).hostname or "")]
            if strangers:
                raise self._problem(
                    "scheduler-refused", f"its worker {strangers[0]} is on another machine, without encryption",
                    "use TLS for clusters of several machines",
                )  # fmt: skip
        try:
            versions = set(self._client.run(version).values())
        except Exception as error:  # a worker without this program cannot even read the question
            raise self._problem(
                "cluster-program", f"its workers do not have this program ({error})",
                f"install AANN Studio {__version__} where the workers run",
            ) from None  # fmt: skip
        if versions != {__version__}:
            other = ", ".join(sorted(versions - {__version__}))
            found = f"its workers have version {other}, this is {__version__}"
            raise self._problem("cluster-program", found, "install the same version")

    def _known_workers(self) -> dict[str, Any]:
        return dict(self._client.scheduler_info(n_workers=-1)["workers"])

    def _problem(self, code: str, found: str, cure: str) -> ProblemError:
        return ProblemError(Problem(code, f"--scheduler {self.address}", found, cure))


def version() -> str:
    """Runs on a worker."""
    return __version__


def remote(packed: bytes, job: Job) -> Outcome:
    """Runs on a worker: the text is read with the same checks as any file."""
    outcome = run_job(zlib.decompress(packed).decode(), job)
    assert outcome is not None  # nobody can ask a remote batch to give up
    return outcome
