"""Questions about a drawing that take a while: asked in a thread of their own, answered in a report."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from app.document.schematic import Schematic
from app.errors import ProblemError
from app.program import FloatArray
from app.ui.actions import Handler
from app.ui.dialogs.report import Report
from app.ui.host import Host
from app.ui.status_bar import MULTIPLIERS

POLL = 50  # ms
Answer = tuple[str, str]  # summary, text


class Analysis(QObject):
    """Of one window; one question at a time."""

    def __init__(self, window: Host) -> None:
        super().__init__(window)
        self._window = window
        self._answer: Answer | None = None
        self._thread: threading.Thread | None = None
        self._title = ""
        self._timer = QTimer(self)
        self._timer.setInterval(POLL)
        self._timer.timeout.connect(self._look)
        self.report: Report | None = None

    def handlers(self) -> dict[str, Handler]:
        return {"check_gradient": self.check_gradient, "statistics": self.statistics}

    @Slot()
    def check_gradient(self) -> None:
        """With the weights as they are now."""
        desk = self._window.desk
        weights = desk.frame.weights if desk.frame is not None and len(desk.frame.weights) else None
        schematic = desk.schematic.copy()
        self._ask("Gradient check", lambda: gradient_answer(schematic, weights))

    @Slot()
    def statistics(self) -> None:
        schematic = self._window.desk.schematic.copy()
        self._ask("What was recognised", lambda: statistics_answer(schematic))

    def _ask(self, title: str, work: Callable[[], Answer]) -> None:
        if self._thread is not None:
            return

        def answered() -> None:
            try:
                self._answer = work()
            except ProblemError as error:
                text = "\n\n".join(str(problem) for problem in error.problems)
                self._answer = "This cannot be answered before the drawing is mended.", text
            except Exception as error:  # a defect must reach the person who asked
                self._answer = "This failed; please report it.", f"{type(error).__name__}: {error}"

        self._title = title
        self._thread = threading.Thread(target=answered, name="analysis", daemon=True)
        self._thread.start()
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        if self._answer is None:
            return
        self._timer.stop()
        (summary, text), self._answer, self._thread = self._answer, None, None
        self.report = Report(self._title, summary, text, self._window)
        self.report.exec()
        self.report.deleteLater()
        self.report = None


def gradient_answer(schematic: Schematic, weights: FloatArray | None) -> Answer:
    """Each capacitor's charging current beside -K_p dE/dV_w. Raises ProblemError."""
    from app.circuit.compile import compile_schematic
    from app.training.gradient_check import check_gradient

    circuit = compile_schematic(schematic)
    known = weights if weights is not None and len(weights) == len(circuit.weight_paths) else None
    found = check_gradient(circuit, schematic, weights=known)
    if found.problems:
        summary = f"{len(found.problems)} findings: the drawn circuit does not follow the error's slope everywhere."
    else:
        summary = f"Every capacitor charges against the slope of the error, to {found.deviation:.1e} of the largest."
    lines = [str(problem) for problem in found.problems]
    lines += ["", f"{'capacitor':<18}{'wanted, row 1':>16}{'drawn, row 1':>16}"]
    for number, name in enumerate(found.names):
        lines.append(f"{name:<18}{found.wanted[0, number]:>14.4e} A{found.drawn[0, number]:>14.4e} A")
    return summary, "\n".join(lines).strip()


def statistics_answer(schematic: Schematic) -> Answer:
    """Counts, and how the drawing is integrated. Raises ProblemError."""
    from app.circuit.compile import compile_schematic
    from app.circuit.netlist import merged
    from app.solve import methods
    from app.ui.rich_text import quantity

    circuit = compile_schematic(schematic)
    netlist, program = circuit.netlist, circuit.program
    total = float(merged(netlist.of_type("weight")).sum())
    rows = (
        ("blocks drawn", len(netlist.instances)), ("neurons", sum(i.type == "neuron" for i in netlist.instances)),
        ("multipliers", netlist.count(*MULTIPLIERS)), ("capacitors", len(circuit.weight_paths)),
        ("total capacitance", quantity(total, "F")), ("nodes", netlist.nodes), ("states", program.states),
        ("operations", len(program.out)),
    )  # fmt: skip
    lines = [f"{name:<20}{value if isinstance(value, str) else f'{value:,}':>14}" for name, value in rows]
    described = methods.describe(program)
    return described[0], "\n".join([*lines, "", *described])
