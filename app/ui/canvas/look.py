"""What a person sees beyond the document: selection, hover, problems, the run. View state, never saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF

from app.errors import Problem, Severity
from app.ui.canvas.gradient_lens import Comparison, Synapse
from app.ui.canvas.live import LiveFrame


@dataclass(slots=True)
class Look:
    selection: set[str] = field(default_factory=set)
    hovered_block: str = ""
    hovered_wires: frozenset[str] = frozenset()
    probed: QPointF | None = None  # where the hover card's line begins
    problems: dict[str, Severity] = field(default_factory=dict)
    messages: dict[str, list[Problem]] = field(default_factory=dict)
    live: LiveFrame | None = None
    pulse: float = 0.0  # 0..1 how far the rings at troubled pins have grown
    lifted: frozenset[str] = frozenset()  # blocks being dragged
    reveal_pins: bool = False  # a wire is being drawn: unused current outputs show their pins
    backward: bool = True  # whether the path of the errors is lit at all
    lens: Mapping[Synapse, Comparison] = field(default_factory=dict)  # what the gradient lens found
    blame: Mapping[Synapse, float] = field(default_factory=dict)  # share of the MSE by imperfection, 0..1
    inside: str = ""  # the block whose inside is shown, as a chain of ids
    prefix: str = ""  # stands before the ids of the shown sheet's blocks in the circuit
    still: bool = False  # "reduce motion"
    clock: float = 0.0  # wall clock [s], moves the chevrons
    path_lit: float = 1.0  # 0..1 how far the backward path has lit up

    @property
    def taught(self) -> bool:
        """Is V_teach above zero?"""
        return self.live is not None and self.live.v_teach > 0.0

    @property
    def lit(self) -> bool:
        return self.taught and self.backward

    def set_problems(self, problems: Iterable[Problem]) -> None:
        """The worst severity of every id that a problem names, and all that is said about it."""
        self.problems.clear()
        self.messages.clear()
        rank = {"note": 0, "warning": 1, "error": 2}
        for problem in problems:
            for ident in problem.ids:
                self.messages.setdefault(ident, []).append(problem)
                if rank[problem.severity] >= rank[self.problems.get(ident, "note")]:
                    self.problems[ident] = problem.severity
