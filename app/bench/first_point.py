"""From nothing to the first point of XOR in a process of its own: python -m app.bench.first_point prints JSON [s]."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time


def in_new_process(cold_cache: bool = False) -> dict[str, float]:
    """The times of a new process, with the user's kernel cache or with an empty one. Raises OSError if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, **({"XDG_CACHE_HOME": folder} if cold_cache else {})}
        command = [sys.executable, "-m", "app.bench.first_point"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(done.stderr.strip()[-300:])
    times: dict[str, float] = json.loads(done.stdout)
    return times


def _measure() -> dict[str, float]:
    from app.bench.case import make_case

    case = make_case((2, 8, 1), 4)
    began, used = time.perf_counter(), time.process_time()
    run = case.run()
    run.warm_up()
    loaded, loaded_cpu = time.perf_counter(), time.process_time()
    run.advance_rows(16)
    first = time.perf_counter()
    again = case.run()
    again.advance_rows(16)
    return {
        "kernels": loaded - began,
        "kernels_cpu": loaded_cpu - used,
        "first_point_cold": first - began,
        "first_point_warm": time.perf_counter() - first,
    }


if __name__ == "__main__":
    print(json.dumps(_measure()))
