"""The paper's own counts: 17 capacitors in Fig. 7, 3N + 4 multipliers a neuron."""

import pytest

from app.circuit.compile import compile_schematic
from tests.drawing import Drawing
from tests.networks import layered, random_rows


def test_figure_7_has_17_capacitors() -> None:
    circuit = compile_schematic(layered((2, 3, 2), random_rows((2, 3, 2), 3, 1)).schematic)
    assert circuit.netlist.count("weight") == 17
    assert circuit.program.states == 17


@pytest.mark.parametrize("inputs", [1, 2, 5, 8, 9, 20])
def test_a_neuron_has_3n_plus_4_multipliers_and_n_plus_1_capacitors(inputs: int) -> None:
    sizes = (inputs, 1)
    circuit = compile_schematic(layered(sizes, random_rows(sizes, 2, 0)).schematic)
    assert circuit.netlist.count("multiplier") == 3 * inputs + 4
    assert circuit.netlist.count("weight") == inputs + 1


def test_paths_and_names() -> None:
    circuit = compile_schematic(layered((2, 2, 1)).schematic)
    assert circuit.weight_paths[:3] == ["N2_1/C0", "N2_1/C1", "N2_1/C2"]
    assert set(circuit.weight_paths) == {
        "N2_1/C0", "N2_1/C1", "N2_1/C2", "N2_2/C0", "N2_2/C1", "N2_2/C2", "N3_1/C0", "N3_1/C1", "N3_1/C2",
    }
    assert circuit.output_names == ["E1"]


def test_initial_weights_follow_the_path_not_the_drawing_order() -> None:
    a = compile_schematic(layered((2, 3, 1)).schematic)
    draw = Drawing()
    draw.add("weight", "N2_3/C1")
    draw.add("multiplier", "M1")
    draw.add("bias", "V1")
    draw.wire("V1.V", "M1.V1")
    draw.wire("V1.V", "M1.V2")
    draw.wire("M1.I", "N2_3/C1.I_charge")
    alone = compile_schematic(draw.schematic)
    index = a.weight_paths.index("N2_3/C1")
    for seed in (0, 1, 77):
        assert a.initial_state([seed])[a.weight_states[index], 0] == alone.initial_state([seed])[0, 0]


def test_stored_voltage_wins_over_the_seed() -> None:
    circuit = compile_schematic(layered((2, 2, 1), V0="0.125").schematic)
    assert (circuit.initial_state([3]) == 0.125).all()


def test_seeded_voltages_fill_the_spread() -> None:
    circuit = compile_schematic(layered((4, 30, 1), random_rows((4, 30, 1), 2, 0), spread="0.2").schematic)
    volts = circuit.initial_state(list(range(20)))
    assert abs(volts).max() <= 0.2
    assert abs(volts).max() > 0.19
    assert abs(volts.mean()) < 0.01
