"""`aann reproduce`: every figure and table with its claims, pictures that are well formed, a report that tells all."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from app.commands import reproduce as command
from app.reproduce import report, speed
from app.reproduce.catalogue import ITEMS
from app.reproduce.counterpart import measure
from app.reproduce.learning import FIG10, FIG13, OFFSET_V1, Bench, Learning
from app.reproduce.outcome import Claim, Outcome
from tests.architecture.test_imports import in_process_without_qt

SVG = "{http://www.w3.org/2000/svg}"
DEPENDS_ON_THE_MACHINE = "(against this machine)"


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(share=0.02)


@pytest.fixture(scope="module")
def outcomes(bench: Bench) -> dict[str, Outcome]:
    return {name: make(bench) for name, make in ITEMS.items()}


def claim(outcome: Outcome, words: str) -> Claim:
    [found] = [entry for entry in outcome.claims if words in entry.paper]
    return found


@pytest.mark.parametrize("name", ["fig8", "fig9", "fig10", "fig11", "fig12", "fig13", "tab2"])
def test_what_the_paper_says_of_the_circuit_holds(outcomes: dict[str, Outcome], name: str) -> None:
    assert outcomes[name].claims
    assert [entry for entry in outcomes[name].claims if entry.verdict != "holds"] == []


def test_the_table_of_speeds_is_judged_honestly(outcomes: dict[str, Outcome]) -> None:
    table = outcomes["tab1"]
    assert claim(table, "depends only on the size of the dataset").verdict == "holds"
    assert claim(table, "(against the paper's CPU)").verdict == "holds"
    assert claim(table, "Rows of 1 ps").verdict == "does not hold"
    assert claim(table, "mainly on the structure").verdict == "does not hold"


def test_analogue_times_are_epochs_times_rows_times_row_time(outcomes: dict[str, Outcome]) -> None:
    [row] = [row for row in outcomes["tab1"].table.rows if str(row[0]).startswith("AANN, epochs")]
    assert [float(cell) for cell in row[1:]] == pytest.approx([2e-3, 10e-3, 100e-3, 500e-3])


def test_the_offset_on_the_error_port_keeps_every_run_from_learning(bench: Bench) -> None:
    assert bench.learning(FIG13).converged == 10
    assert bench.learning(OFFSET_V1).converged == 0


def test_an_experiment_runs_once(bench: Bench) -> None:
    assert bench.learning(FIG10) is bench.learning(FIG10)


def test_a_claim_falls_with_the_numbers_that_bear_it() -> None:
    """The verdict comes from the curves: curves that do not fall do not converge."""
    flat = Learning(np.full((400, 10), 0.25), np.zeros((1, 10)), np.zeros((1, 10)), 1e-7, 1.0)
    assert (flat.converged, flat.median) == (0, np.inf)
    bench = Bench(share=0.02)
    for name in ("fig9", "fig10", "fig11", "fig13"):
        bench.once(name, lambda: flat)
    bench.once(OFFSET_V1, lambda: flat)
    with np.errstate(invalid="ignore"):
        verdicts = [
            entry.verdict for name in ("fig9", "fig10", "fig11", "fig13") for entry in ITEMS[name](bench).claims
        ]
    assert set(verdicts) == {"does not hold", "holds"}
    assert verdicts.count("holds") == 1, "only the start near 0.3 is left"


def test_medians_and_rises_of_known_curves() -> None:
    mse = np.array([[0.3, 0.3], [0.2, 0.31], [0.005, 0.1], [0.02, 0.02]])
    found = Learning(mse, np.zeros((1, 2)), np.zeros((1, 2)), 1e-7, 1.0)
    assert found.reached[0] == 3 and np.isnan(found.reached[1])
    assert found.rises.tolist() == [0.0, 1.0]
    assert found.converged == 1 and found.median == np.inf


def test_the_counterpart_learns_what_it_is_timed_on() -> None:
    data = np.asarray(speed.dataset((2, 4, 1), 8).rows)
    found = measure((2, 4, 1), data[:, :2], data[:, 2:])
    assert found.row_seconds > 0 and found.rows >= 250
    assert found.library.split()[0] in ("numpy", "torch")


def test_files_and_report(outcomes: dict[str, Outcome], tmp_path: Path) -> None:
    png, why_not = command.png_writer()
    assert png is not None, why_not
    for outcome in outcomes.values():
        command.write(tmp_path, outcome, png)
    names = {path.name for path in tmp_path.iterdir()}
    figures = [name for name in ITEMS if name.startswith("fig")]
    assert names == {f"{f}.{s}" for f in figures for s in ("png", "svg", "csv")} | {"tab1.csv", "tab2.csv"}
    for name in figures:
        root = ET.parse(tmp_path / f"{name}.svg").getroot()
        assert root.find(f"{SVG}title") is not None and len(root.findall(f".//{SVG}polyline")) > 20
        assert (tmp_path / f"{name}.png").read_bytes()[:4] == b"\x89PNG"
    with open(tmp_path / "fig10.csv", encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    assert len(rows) == 401 and len(rows[0]) == 11
    shown = list(outcomes.values())
    for text in (report.markdown(shown, ".svg"), report.page(shown, ".svg")):
        for outcome in shown:
            assert outcome.title in text
            for entry in outcome.claims:
                assert entry.verdict in text
        assert "500 ms" in text and "Assumed" in text and "fig12.svg" in text


def test_hostile_text_in_a_report_stays_text(outcomes: dict[str, Outcome]) -> None:
    bad = replace(outcomes["tab2"], caption="<script>alert(1)</script>")
    assert "<script>" not in report.page([bad], ".svg")


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "fig12", "-o", str(tmp_path / "a" / "b")]) == 0
    assert {path.name for path in (tmp_path / "a" / "b").iterdir()} == {
        "fig12.csv", "fig12.svg", "fig12.png", "report.md", "report.html",
    }  # fmt: skip
    assert main(["reproduce", "fig14", "-o", str(tmp_path)]) == 2
    assert "fig13" in capsys.readouterr().err
    assert main(["reproduce", "fig12"]) == 2


def test_without_qt_there_are_svg_and_csv(tmp_path: Path) -> None:
    code = "from app.cli import main; sys.exit(main(['reproduce', 'fig12', '-o', sys.argv[1]]))"
    done = in_process_without_qt(code, str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "no PNG" in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"fig12.csv", "fig12.svg", "report.md", "report.html"}
