"""Compares what the drawn circuit does with what backpropagation wants: each capacitor's charging current beside
-K_p dE/dV_w (9), with E's gradient taken numerically from the forward part alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.circuit.compile import Circuit
from app.circuit.gradient import charging_conductance, error_gradient, kinked
from app.circuit.nodes import capacitance_at
from app.document.schematic import Schematic
from app.errors import Problem, fail
from app.program import FloatArray
from app.solve import reference
from app.training.schedule import Timeline

HALF = 0.5  # V_teach of the second comparison [V]
TOLERANCE = 1e-6  # of the largest component; ideal parts reach 1e-12
ROWS = 8


@dataclass(frozen=True)
class GradientCheck:
    """`wanted` and `drawn` (rows, weights) [A]; `names` of the capacitors; problems name the wrong ones."""

    names: list[str]
    wanted: FloatArray
    drawn: FloatArray
    problems: tuple[Problem, ...]

    @property
    def deviation(self) -> float:
        """Largest difference as a share of the largest component."""
        largest = float(np.abs(self.wanted).max(initial=0.0))
        return float(np.abs(self.drawn - self.wanted).max(initial=0.0)) / largest if largest else 0.0

    def as_dict(self) -> dict[str, Any]:
        return {
            "deviation": self.deviation,
            "verdict": "agrees" if not self.problems else "differs",
            "capacitors": {
                name: {"wanted": self.wanted[:, i].tolist(), "drawn": self.drawn[:, i].tolist()}
                for i, name in enumerate(self.names)
            },
        }


def check_gradient(
    circuit: Circuit, schematic: Schematic, seed: int = 0, weights: FloatArray | None = None
) -> GradientCheck:
    """At the initial weights of `seed` (or `weights` (weights,) [V]), on up to 8 rows, with V_teach on.

    Raises ProblemError where the forward part has states of its own or sources that move: there dE/dV_w is not a
    function of the weights.
    """
    if circuit.program.forward_has_state:
        raise fail(
            "gradient-undefined",
            "the forward part",
            "it has states of its own or moving sources, so E is no function of the weights alone",
            "remove capacitors, time constants and waveforms from the forward part for this check",
        )
    timeline = Timeline(circuit, schematic)
    y = circuit.initial_state([seed])
    if weights is not None:
        y[circuit.weight_states, 0] = weights
    chosen = np.unique(np.linspace(0, timeline.rows - 1, min(ROWS, timeline.rows)).astype(int))
    gates = dict.fromkeys(circuit.program.levels, 1.0)
    conductance = charging_conductance(circuit)
    drawn = np.array([charging_currents(circuit, y, timeline.static_table[row], 1.0) for row in chosen])
    wanted = np.array(
        [
            -conductance * error_gradient(circuit, y[circuit.weight_states, 0], timeline.static_table[row], gates)
            for row in chosen
        ]
    )
    problems = list(_problems(circuit, wanted, drawn))
    if circuit.program.levels and not kinked(circuit):
        tables = timeline.static_table[chosen]
        problems += _gating(circuit, y, tables, gates, conductance, {problem.where for problem in problems})
    return GradientCheck(circuit.weight_paths, wanted, drawn, tuple(problems))


def charging_currents(circuit: Circuit, y: FloatArray, sources: FloatArray, gate: float) -> FloatArray:
    """(weights,) C dV_w/dt [A] at one row's source values, from the Program."""
    program = circuit.program
    v = program.values()[:, :1].copy()
    v[program.first_state : program.first_state + program.states] = y[:, :1]
    v[program.sources, 0] = sources
    for slot in program.levels.values():
        v[slot] = gate
    dy = np.zeros((program.states, 1))
    reference.evaluate(program, v, dy)
    capacitance = capacitance_at(circuit.netlist, circuit.nodes, v[circuit.node_slot, 0])[circuit.state_nodes]
    return np.asarray((capacitance * dy[:, 0])[circuit.weight_states])


def _gating(
    circuit: Circuit, y: FloatArray, table: FloatArray, gates: Mapping[str, float], conductance: FloatArray,
    named: set[str],
) -> list[Problem]:  # fmt: skip
    """At half V_teach the weights of layer l of L learn at the rate 0.5^(L-l+1); those `named` already are left out."""
    weights = y[circuit.weight_states, 0]
    drawn = np.array([charging_currents(circuit, y, row, HALF) for row in table])
    wanted = np.array([-conductance * error_gradient(circuit, weights, row, gates, HALF) for row in table])
    problems = []
    for problem in _problems(circuit, wanted, drawn):
        if problem.where not in named:
            problems.append(
                replace(
                    problem, code="wrong-gating", found=f"at V_teach = {HALF:g} V it is {problem.found}",
                    cure="let V_teach multiply the error once in every layer, in its Mt alone",
                )
            )  # fmt: skip
    return problems


def _problems(circuit: Circuit, wanted: FloatArray, drawn: FloatArray) -> list[Problem]:
    largest = float(np.abs(wanted).max(initial=0.0))
    wrong = np.flatnonzero(np.abs(drawn - wanted).max(axis=0) > TOLERANCE * largest)
    problems = []
    cure = "check the polarity and wiring of the multipliers on its way"
    if circuit.netlist.count("imperfect_multiplier"):
        cure = f"imperfect multipliers alone explain small deviations; otherwise {cure}"
    for weight in wrong:
        row = int(np.argmax(np.abs(drawn[:, weight] - wanted[:, weight])))
        group, at = circuit.capacitors[weight]
        owner = circuit.netlist.instances[group.owner[at]].id
        found = f"charged by {drawn[row, weight]:.4g} A where -K_p dE/dV_w is {wanted[row, weight]:.4g} A"
        problems.append(
            Problem(
                "wrong-gradient",
                circuit.weight_paths[weight],
                found,
                cure,
                "warning",
                (owner,),
            )
        )
    return problems
