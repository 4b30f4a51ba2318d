"""Blame finds the imperfection that was made costly, and yields tell which port's offset decides."""

from __future__ import annotations

import numpy as np
import pytest

from app.document.dataset import XOR
from app.document.generate import generate
from app.document.schematic import Schematic
from app.document.set_parameters import apply_settings
from app.errors import ProblemError
from app.training.stop import Stop
from app.training.sweep import LocalWorkers, Runner
from app.training.sweep_axes import parse_vary
from app.training.sweep_blame import blame_plan, flaws_of, groups_of, ranking
from app.training.sweep_plan import Plan, Sweep
from app.training.sweep_table import yield_along


def xor(layers: tuple[int, ...] = (2, 3, 1), level: str = "neuron") -> Schematic:
    return generate(list(layers), XOR, "xor", imperfect=True, level=level)[0]


def asked(*varies: str, runs: int = 8, epochs: int = 60) -> Sweep:
    return Sweep(tuple(map(parse_vary, varies)), runs=runs, stop=Stop(epochs=epochs))


def test_the_offset_on_the_error_costs_most() -> None:
    """V_off of Ms acts on V_E where the others' acts on V_2: circuit.md's warning, found by blame."""
    schematic = xor()
    apply_settings(schematic, ["N*/Ms.offset_pin=V1"])
    plan, groups = blame_plan(schematic, asked("N*/M*.V_off=normal:0:50m", runs=32, epochs=150), "role")
    costs = ranking(Runner(plan, LocalWorkers(2)).run(), groups)
    assert costs[0].group.name == "Ms.V_off" and costs[0].clear and costs[0].mse > 0
    assert {cost.group.name for cost in costs} == {f"{role}.V_off" for role in ("Mf", "Ms", "Mt", "Mu", "Me")}


def test_a_group_without_its_variance_is_as_if_never_drawn() -> None:
    schematic = xor()
    plan, groups = blame_plan(schematic, asked("N*/M*.V_off=normal:1m:50m", "N*/C*.C=uniform:90%:110%"), "vary")
    table = Runner(plan, LocalWorkers(2)).run()
    still = schematic.copy()
    apply_settings(still, ["N*/M*.V_off=1m"])
    sweep = asked("N*/C*.C=uniform:90%:110%")
    expected = Runner(Plan(still, sweep), LocalWorkers(2)).run()
    assert [group.name for group in groups] == ["N*/M*.V_off", "N*/C*.C"]
    np.testing.assert_allclose(table.mse[:, table.groups == 0], expected.mse, atol=1e-12)


def test_costs_are_paired_differences() -> None:
    plan, groups = blame_plan(xor(), asked("N*/M*.V_off=normal:0:50m", runs=2), "block")
    table = Runner(plan, LocalWorkers(1)).run()
    final = table.final_mse.reshape(1 + len(groups), 2)
    for cost in ranking(table, groups):
        fall = final[0] - final[1 + groups.index(cost.group)]
        assert cost.mse == pytest.approx(fall.mean()) and cost.error == pytest.approx(abs(fall[0] - fall[1]) / 2)
    table.broken[0] = True
    assert all(np.isfinite(cost.mse) for cost in ranking(table, groups))


@pytest.mark.parametrize("level", ["neuron", "multiplier"])
def test_levels_group_alike_however_it_is_drawn(level: str) -> None:
    plan = Plan(xor((2, 2, 1), level), asked("N*/M*.V_off=normal:0:1m", "N*/C*.C=normal:0.1p:1f"))
    names = [group.name for group in groups_of(plan, "role")]
    assert sorted(names) == ["C.C", "Me.V_off", "Mf.V_off", "Ms.V_off", "Mt.V_off", "Mu.V_off"]
    assert {group.name for group in groups_of(plan, "block")} == {
        f"{neuron}.{name}" for neuron in ("N2_1", "N2_2", "N3_1") for name in ("V_off", "C")
    }
    assert len(groups_of(plan, "part")) == 3 * (3 * 2 + 4) + 9


def test_flaws_that_stand_in_the_drawing_are_mended_in_turn() -> None:
    schematic = xor()
    apply_settings(schematic, ["N2_1/Mf1.V_off=50m", "N3_1/Ms.V_off=-50m", "N3_1/Ms.offset_pin=V1", "N3_1/C2.C=0.2p"])
    plan, groups = blame_plan(schematic, asked(runs=4, epochs=150), "part")
    assert [group.name for group in groups] == ["N2_1/Mf1.V_off", "N3_1/Ms.V_off", "N3_1/C2.C"]
    table = Runner(plan, LocalWorkers(2)).run()
    assert ranking(table, groups)[0].group.name == "N3_1/Ms.V_off"
    mended = xor()
    apply_settings(mended, ["N2_1/Mf1.V_off=50m", "N3_1/Ms.offset_pin=V1", "N3_1/C2.C=0.2p"])
    expected = Runner(Plan(mended, asked(runs=4, epochs=150)), LocalWorkers(2)).run()
    np.testing.assert_allclose(table.mse[:, table.groups == 1], expected.mse, atol=1e-12)


def test_offsets_of_drawn_multipliers_are_flaws() -> None:
    schematic = xor((2, 2, 1), "multiplier")
    apply_settings(schematic, ["N2_1/Mf1.V_off=50m", "N3_1/Mu0.V_off=1m"])
    assert [(address.path, text) for address, text in flaws_of(schematic)] == [
        ("N2_1/Mf1.V_off", "0"), ("N3_1/Mu0.V_off", "0")
    ]  # fmt: skip


def test_without_draws_or_flaws_there_is_nothing_to_blame() -> None:
    with pytest.raises(ProblemError) as caught:
        blame_plan(xor(), asked("N*.gain=3,4"), "role")
    assert caught.value.problems[0].code == "nothing-drawn"


# The warning of circuit.md. XOR 2-8-1 with multipliers that saturate (17), T_row = 0.1 us, 400 epochs.
PORTS = {
    "signal": ("N*/Mf*.V_off", "V2"),  # V_in in the forward multipliers
    "weight": ("N*/Mf*.V_off", "V1"),  # V_w there
    "error": ("N*/Ms.V_off", "V1"),  # V_E
}


def yield_against(port: str) -> np.ndarray:
    target, pin = PORTS[port]
    schematic = xor((2, 8, 1))
    apply_settings(schematic, [f"{target.rpartition('.')[0]}.offset_pin={pin}"])
    table = Runner(Plan(schematic, asked(f"{target}=lin:-0.1:0.1:3", runs=16, epochs=400)), LocalWorkers(2)).run()
    return yield_along(table, 0).share


def test_an_offset_on_the_error_port_prevents_learning_and_on_the_signal_port_does_not() -> None:
    error = yield_against("error")
    assert error[1] == 1.0 and error[0] == error[2] == 0.0
    assert (yield_against("signal") == 1.0).all()
    assert (yield_against("weight") == 1.0).all()
