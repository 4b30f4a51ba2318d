"""`aann transfer` from the arguments to the table."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from app.document import aann_file
from tests.drawing import Drawing
from tests.networks import layered


@pytest.fixture
def multiplier(tmp_path: Path) -> Path:
    draw = Drawing()
    draw.add("imperfect_multiplier", "M1", V_off="0.1")
    path = tmp_path / "m.aann"
    aann_file.save(path, aann_file.Document(draw.schematic))
    return path


def rows(text: str) -> tuple[list[str], np.ndarray]:
    lines = list(csv.reader(text.splitlines()))
    return lines[0], np.array(lines[1:], float)


def test_the_curves_of_fig_12(multiplier: Path, tmp_path: Path) -> None:
    out = tmp_path / "fig12.csv"
    arguments = ["transfer", str(multiplier), "--input", "M1.V1=lin:-4:4:9", "--family", "M1.V2=-0.5,1"]
    assert main([*arguments, "--output", "M1.I", "-o", str(out)]) == 0
    head, table = rows(out.read_text())
    assert head == ["M1.V2 [V]", "M1.V1 [V]", "M1.I [A]"]
    assert table.shape == (18, 3)
    np.testing.assert_allclose(table[:, 2], 1e-7 * np.tanh(table[:, 1] * (table[:, 0] + 0.1)), rtol=1e-12, atol=1e-20)


def test_weights_and_held_pins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw = layered((1, 1), ((0.5, 0.0),))
    path, saved = tmp_path / "n.aann", tmp_path / "w.json"
    aann_file.save(path, aann_file.Document(draw.schematic))
    saved.write_text(json.dumps({"N2_1/C0": 0.0, "N2_1/C1": 1.0}))
    code = main(
        ["transfer", str(path), "--input", "D1.X[1]=-1,0,1", "--hold", "D1.T[1]=250m", "--weights", str(saved),
         "--output", "N2_1.V_out", "--output", "E1.V_E"]
    )  # fmt: skip
    assert code == 0
    head, table = rows(capsys.readouterr().out)
    assert head == ["D1.X[1] [V]", "N2_1.V_out [V]", "E1.V_E [V]"]
    np.testing.assert_allclose(table[:, 1], 1 / (1 + np.exp(-4 * table[:, 0])), rtol=1e-12)
    np.testing.assert_allclose(table[:, 2], table[:, 1] - 0.25, rtol=1e-12)


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--input", "M1.V1", "--output", "M1.I"], 2, "takes NAME=VALUES"),
        (["--input", "M1.V1=lin:0:1", "--output", "M1.I"], 2, "lin:a:b:n"),
        (["--input", "M1.V1=log:0:1:3", "--output", "M1.I"], 2, "ends above zero"),
        (["--input", "M1.V1=lin:0:1:0", "--output", "M1.I"], 2, "1 to 1000000 points"),
        (["--input", "M1.V1=0", "--output", "M1.I", "--hold", "M1.V2=1,2"], 2, "takes one value"),
        (["--input", "M1.V1=5M", "--output", "M1.I"], 2, "write m or Meg"),
        (["--input", "M1.V1=0", "--output", "M9.I"], 1, "near names"),
    ],
)
def test_wrong_usage(
    multiplier: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int, says: str
) -> None:
    assert main(["transfer", str(multiplier), *options]) == code
    assert says in capsys.readouterr().err
