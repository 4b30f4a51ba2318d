"""What a person sees beyond the document: selection, hover, problems, the run. View state, never saved."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF

from app.errors import Problem, Severity
from app.ui.canvas.live import LiveFrame


@dataclass(slots=True)
class Look:
    selection: set[str] = field(default_factory=set)
    hovered_block: str = ""
    hovered_wires: frozenset[str] = frozenset()
    problems: dict[str, Severity] = field(default_factory=dict)
    messages: dict[str, list[Problem]] = field(default_factory=dict)
    live: LiveFrame | None = None
    lifted: frozenset[str] = frozenset()  # blocks being dragged
    hovered_pin: QPointF | None = None
    read_only: bool = False
    reveal_pins: bool = False  # a wire is being drawn: unused current outputs show their pins
    still: bool = False  # "reduce motion"
    clock: float = 0.0  # wall clock [s], moves the chevrons
    path_lit: float = 0.0  # 0..1 how far the backward path has lit up

    @property
    def lit(self) -> bool:
        return self.live is not None and self.live.v_teach > 0.0
