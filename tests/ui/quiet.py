"""What tests of panels and plots stand on: a desk whose engine only notes commands, and frames made by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.circuit.compile import Circuit, compile_schematic
from app.document.aann_file import Document
from app.document.dataset import XOR
from app.document.generate import generate
from app.document.history import History
from app.document.schematic import Change, Instance, Schematic
from app.errors import Problem, ProblemError
from app.training import frame as frames
from app.training.evaluate import evaluate
from app.training.frame import Curve, Frame, Layout


class NotingEngine:
    """Remembers the name and arguments of every command."""

    def __init__(self) -> None:
        self.commands: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *arguments: self.commands.append((name, *arguments))


class QuietDesk(QObject):
    """Members that panels and plots use of app.ui.desk.Desk."""

    changed = Signal(object)
    replaced = Signal()
    framed = Signal(object)
    said = Signal(object)
    state_changed = Signal()

    def __init__(self, schematic: Schematic | None = None) -> None:
        super().__init__()
        self.title = "test"
        self.path: Path | None = None
        self.engine = NotingEngine()
        self.frame: Frame | None = None
        self.problems: list[Problem] = []
        self.show(schematic or Schematic())

    def show(self, schematic: Schematic) -> None:
        self.schematic = schematic
        self.document = Document(schematic)
        self.history = History(schematic)
        schematic.subscribe(self.changed.emit)
        self.frame = None
        self.replaced.emit()

    def do(self, label: str, changes: Iterable[Change], merge: str = "") -> bool:
        try:
            return self.history.do(label, changes, merge)
        except ProblemError as error:
            self.say(error.problems[0])
            return False

    def say(self, problem: Problem) -> None:
        self.problems.append(problem)
        self.said.emit(problem)

    def send(self, frame: Frame) -> None:
        """As if the engine had published it."""
        self.frame = frame
        self.framed.emit(frame)

    def named(self, name: str) -> Instance:
        return next(i for i in self.schematic.top.instances.values() if i.name == name)


def xor(*layers: int) -> Schematic:
    return generate(layers or (2, 2, 1), XOR, "xor")[0]


def layout(schematic: Schematic, signals: int = 2) -> Layout:
    """Of the compiled drawing, with so many signals: V_out and T1, then probes."""
    circuit = compile_schematic(schematic)
    names = ["V_out", "T1", *(f"P{k}" for k in range(1, signals - 1))][:signals]
    kinds: list[Any] = ["output", "target", *["probe"] * signals]
    return Layout(
        circuit=circuit,
        signals=tuple(frames.Signal(name, 2, kinds[k]) for k, name in enumerate(names)),
        rows=4,
        row_time=1e-7,
        solver="dp5",
        inputs=("X1", "X2"),
        input_columns=(0, 1),
        targets=1,
        data=np.asarray(XOR.rows),
        weights=tuple(circuit.weight_paths[:256]),
        has_teach=True,
    )


def voltages(circuit: Circuit, seed: int = 0) -> np.ndarray[Any, Any]:
    """All of V at the initial weights on the first row, while learning."""
    sources = np.zeros((len(circuit.program.sources), 1))
    sources[: len(XOR.rows[0]), 0] = XOR.rows[0]
    gates = dict.fromkeys(circuit.program.levels.values(), 1.0)
    return evaluate(circuit.program, circuit.initial_state([seed]), sources, gates)[:, 0]


def frame(of: Layout, samples: int = 200, epochs: int = 30, **fields: Any) -> Frame:
    """A frame of a run that has come to epoch `epochs`; `fields` replace what is made up here."""
    time = np.linspace(0.0, 2 * of.rows * of.row_time, samples) + epochs * of.rows * of.row_time
    waves = np.stack([0.5 + 0.4 * np.sin(1e7 * time + k) for k in range(len(of.signals))], axis=1)
    steps = np.arange(epochs + 1, dtype=float)
    logged = np.outer(steps / max(1, epochs), np.linspace(-1, 1, len(of.weights)))
    made = Frame(
        state="paused",
        layout=of,
        time=float(time[-1]) if samples else 0.0,
        epoch=epochs,
        mse=0.02,
        weights=np.linspace(-1, 1, len(of.circuit.weight_paths)),
        voltages=voltages(of.circuit),
        signals=Curve(time, waves),
        whole=Curve(time, waves),
        weight_log=Curve(steps, logged),
        learning=Curve(steps[1:], (0.25 * np.exp(-steps[1:] / 10))[:, None]),
        correct=4,
    )
    return replace(made, **fields)
