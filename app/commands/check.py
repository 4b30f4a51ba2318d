"""`aann check`: every problem, what the engine recognised, counts; with --gradient the drawn learning rule itself."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from typing import Any

from app.circuit.compile import MEMORY_TYPES, Circuit, check_schematic
from app.circuit.flatten import flatten
from app.circuit.netlist import Netlist, merged
from app.commands.common import load, set_arguments
from app.document.schematic import Schematic
from app.document.set_parameters import apply_settings
from app.errors import Problem, ProblemError
from app.solve import methods
from app.solve.state import Options
from app.training.gradient_check import GradientCheck, check_gradient
from app.training.schedule import Timeline
from app.training.settings import options_of
from app.training.stop import stored_conditions

MULTIPLIERS = ("multiplier", "imperfect_multiplier")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="F")
    parser.add_argument("--gradient", action="store_true", help="compare charging currents with -K_p dE/dV_w")
    set_arguments(parser)
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    document = load(args.file)
    schematic = document.schematic
    apply_settings(schematic, args.set)
    circuit, problems = check_schematic(schematic)
    problems = [*document.problems, *problems]
    gradient: GradientCheck | None = None
    if circuit is not None:
        try:
            gradient = check_gradient(circuit, schematic) if args.gradient else None
        except ProblemError as error:
            problems.extend(error.problems)
        known = {(problem.code, problem.where) for problem in problems}
        problems.extend(p for p in _run_problems(circuit, schematic) if (p.code, p.where) not in known)
    if gradient is not None:
        problems.extend(gradient.problems)
    content = _content(schematic, circuit, problems, gradient)
    print(json.dumps(content, ensure_ascii=False) if args.json else _text(content, problems))
    return 1 if any(problem.severity == "error" for problem in problems) else 0


def _run_problems(circuit: Circuit, schematic: Schematic) -> Iterator[Problem]:
    """What would refuse a run of the drawing: its sources' rows and times, its settings."""
    steps: tuple[Callable[[], object], ...] = (
        lambda: Timeline(circuit, schematic), lambda: options_of(schematic), lambda: stored_conditions(schematic),
    )  # fmt: skip
    for step in steps:
        try:
            step()
        except ProblemError as error:
            yield from error.problems


def _content(
    schematic: Schematic, circuit: Circuit | None, problems: list[Problem], gradient: GradientCheck | None
) -> dict[str, Any]:
    netlist = circuit.netlist if circuit is not None else flatten(schematic)
    content: dict[str, Any] = {
        "problems": [problem.as_dict() for problem in problems],
        "counts": counts(netlist, circuit),
        "recognised": _recognised(circuit, schematic) if circuit is not None else [],
    }
    if gradient is not None:
        content["gradient"] = gradient.as_dict()
    return content


def _recognised(circuit: Circuit, schematic: Schematic) -> list[str]:
    """What the engine makes of it, with the document's rows and tolerance where they can be told."""
    try:
        duration, rtol = Timeline(circuit, schematic).row_time, float(schematic.setting("rtol"))
    except (ProblemError, ValueError):
        return methods.describe(circuit.program)
    return methods.describe(circuit.program, Options(rtol=rtol, duration=duration))


def counts(netlist: Netlist, circuit: Circuit | None) -> dict[str, Any]:
    """Multipliers, capacitors, their total capacitance [F], nodes, states, neurons, blocks drawn."""
    capacitors = netlist.of_type(*MEMORY_TYPES)
    return {
        "neurons": sum(instance.type == "neuron" for instance in netlist.instances),
        "multipliers": netlist.count(*MULTIPLIERS),
        "capacitors": sum(group.count for group in capacitors),
        "total_capacitance": float(merged(capacitors).sum()),
        "nodes": netlist.nodes,
        "states": circuit.program.states if circuit is not None else 0,
        "blocks": len(netlist.instances),
    }


def _text(content: dict[str, Any], problems: list[Problem]) -> str:
    lines = [str(problem) for problem in problems] or ["no problems"]
    units = {"total_capacitance": " F"}
    counted = content["counts"].items()
    lines.append(", ".join(f"{name.replace('_', ' ')} {value}{units.get(name, '')}" for name, value in counted))
    lines.extend(f"engine: {text}" for text in content["recognised"])
    if "gradient" in content:
        found = content["gradient"]
        lines.append(
            f"gradient: largest deviation {found['deviation']:.3g} of the largest component, {found['verdict']}"
        )
    return "\n".join(lines)
