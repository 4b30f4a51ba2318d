"""The programs of the bench do the same work; the report's figures are what they say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.bench import bars, measure, report, spice_run, yardstick
from app.bench.case import Case, make_case
from app.bench.memory import in_new_process as peak_memory
from app.bench.numpy_network import NumpyNetwork
from tests.commands.command import aann


@pytest.fixture(scope="module")
def xor() -> Case:
    return make_case((2, 8, 1), 4)


@pytest.fixture(scope="module")
def exact(xor: Case) -> np.ndarray:
    return NumpyNetwork(xor).train(80, "DOP853", 1e-12)


def test_this_engine_trains_the_same_network(xor: Case, exact: np.ndarray) -> None:
    for runs, threads in ((1, 1), (8, 1), (9, 2)):
        seconds, volts = measure.ours(xor, runs, threads)(80)
        assert volts is not None and np.abs(volts - exact).max() <= 1e-5
        assert seconds > 0.0


def test_the_yardstick_trains_the_same_network_or_says_what_it_lacks(xor: Case, exact: np.ndarray) -> None:
    if yardstick.compiler() is None:
        with pytest.raises(OSError, match="gcc is not installed"):
            yardstick.build(xor.layers)
        return
    assert np.abs(yardstick.trainer(xor, "dp5", 1e-6)(80) - exact).max() <= 1e-5
    assert np.abs(yardstick.trainer(xor, "dp5", 1e-10)(80) - exact).max() <= 1e-9
    assert 1e-6 < np.abs(yardstick.trainer(xor, "rk4", 1e-6)(80) - exact).max() <= 1e-2
    assert np.array([5e-324])[0] * 1.0 > 0.0  # loading it leaves subnormal numbers of this process alone


def test_ngspice_trains_the_same_network(xor: Case, exact: np.ndarray) -> None:
    _, volts = spice_run.train(xor, 20, spice_run.SETTINGS[1])
    assert np.abs(volts - exact).max() <= 1e-4


def test_a_wide_network_starts_from_the_circuits_weights() -> None:
    case = make_case((16, 32, 8), 5)
    expected = NumpyNetwork(case).train(5, "DOP853", 1e-11)
    _, volts = measure.ours(case, 1)(5)
    assert volts is not None and np.abs(volts - expected).max() <= 1e-5


def row(network: str, name: str, microseconds: float, over_c: float | None = None, rows: int = 4000) -> measure.Row:
    return measure.Row(network, name, rows, microseconds, over_c, microseconds / 0.5, 1e-6)


def test_bars_are_read_from_the_rows() -> None:
    rows = [
        row("2-8-1", measure.ONE, 0.5, 1.2), row("2-8-1", measure.BATCH, 0.3, 0.6), row("2-8-1", "scipy RK45", 500.0),
        row("2-8-1", "ngspice, tight", 100.0, rows=400), row("2-8-1", measure.DIFFRAX_MANY, 6.0),
    ]  # fmt: skip
    found = {bar.what: bar for bar in bars.speed_bars(rows)}
    assert found["one run / C by hand"].met and not found["batch of 8, per run / C by hand"].met
    assert found["scipy RK45 / this engine"].measured == 1000.0 and found["scipy RK45 / this engine"].met
    assert found["diffrax vmap of 10 / this engine's batch of 8, per run"].measured == pytest.approx(20.0)
    assert "ngspice, tight / this engine" not in found  # too few rows for the bar
    assert "MISSED" in report.bar_lines(list(found.values()))


def test_growth_is_the_slope_over_three_networks() -> None:
    weights = {"a": 10, "b": 100, "c": 1000}
    rows = [row(name, "x", 2.0 * size**1.5) for name, size in weights.items()] + [row("a", "y", 1.0)]
    assert report.growth(rows, weights) == {"x": pytest.approx(1.5)}


def test_the_command_writes_a_dated_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.commands import bench

    tiny = bench.Plan((2, 8, 1), 4, 8, 4, 1, 8, False)
    monkeypatch.setattr(bench, "QUICK", (tiny,))
    done = aann("bench", "--quick", "-o", str(tmp_path))
    assert done.code == 0, done.err
    (written,) = tmp_path.glob("bench-*.json")
    content = json.loads(written.read_text())
    assert content["machine"]["cores"] and content["rows"][0]["name"] == measure.ONE
    assert {bar["what"] for bar in content["bars"]} >= {"simulated/wall, T_row 0.1 us"}


def test_memory_is_that_of_the_network_not_of_this_process() -> None:
    mine = np.ones(60_000_000)  # 480 MB
    assert 50.0 < peak_memory((2, 3, 1), 4) < 400.0 < mine.nbytes / 1e6
