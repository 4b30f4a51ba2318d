"""The document's other seeds while it runs: begins them with the run, keeps them beside it, hands over their curves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from app.document.meaning import alters_circuit
from app.training.frame import Curve
from app.ui.plots.learning import MOST_OTHERS
from blocks import units

if TYPE_CHECKING:
    from app.training.ensemble import Ensemble
    from app.training.frame import Frame
    from app.ui.desk import Desk

PERIOD = 100  # ms between looks at their curves
SETTLING = 400  # ms after an edit: while a slider moves, nothing is begun that the next step would end


class EnsembleWatch(QObject):
    """Of one desk: `show` takes the curves of the runs whose seeds follow the document's, None when there are none.

    They pause with the run and while one looks back. An edit of the circuit, a reset and a step back end them: they
    begin anew with the run. Their numbers never touch those of the run itself.
    """

    def __init__(self, desk: Desk, show: Callable[[Curve | None], None]) -> None:
        super().__init__(desk)
        self._desk, self._show = desk, show
        self._ensemble: Ensemble | None = None
        self._epoch = 0  # the run's newest
        self._from = 0  # frames that do not know of the last edit count for nothing
        self._looking, self._settling = QTimer(self), QTimer(self)
        self._looking.setInterval(PERIOD)
        self._looking.timeout.connect(self._look)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLING)
        self._settling.timeout.connect(self._settled)
        desk.framed.connect(self._framed)
        desk.changed.connect(self._edited)
        desk.replaced.connect(self._replaced)
        desk.closing.connect(self._forget)

    @property
    def others(self) -> int:
        """How many runs the document asks for besides the one that is shown."""
        try:
            return max(0, min(MOST_OTHERS, int(units.parse(self._desk.schematic.setting("runs"))) - 1))
        except units.QuantityError:
            return 0

    @Slot(object)
    def _framed(self, frame: Frame) -> None:
        if frame.commands < self._from or frame.layout is None:
            return
        back = frame.viewing is not None
        if not back and frame.epoch < self._epoch:
            self._forget()
        self._epoch = self._epoch if back else frame.epoch
        going = frame.state in ("running", "finished")
        if self._ensemble is None and going and self.others and not self._settling.isActive():
            self._begin()
        if self._ensemble is not None:
            since = frame.teach_changes[-1] if frame.teach_changes else 0
            self._ensemble.follow(self._epoch, going, frame.switch, since)
            if going and not self._looking.isActive():
                self._looking.start()

    def _begin(self) -> None:
        from app.training.ensemble import Ensemble  # with the run's compiler, which is loaded by now

        self._ensemble = Ensemble(self._desk.schematic.copy(), self.others)

    @Slot()
    def _look(self) -> None:
        if self._ensemble is None:
            self._looking.stop()
            return
        busy, curves = self._ensemble.busy, self._ensemble.latest()
        if curves is not None:
            self._show(curves)
        elif not busy:
            self._looking.stop()

    @Slot(object)
    def _edited(self, changes: object) -> None:
        if alters_circuit(changes):  # type: ignore[arg-type]
            self._forget()
            self._from = self._desk.engine.sent
            self._settling.start()

    @Slot()
    def _settled(self) -> None:
        if self._desk.frame is not None:
            self._framed(self._desk.frame)

    @Slot()
    def _replaced(self) -> None:
        self._forget()
        self._settling.stop()
        self._epoch, self._from = 0, self._desk.engine.sent

    @Slot()
    def _forget(self) -> None:
        """End them; a stretch of work that is under way ends by itself and is heard of no more."""
        if self._ensemble is not None:
            self._ensemble.shutdown()
            self._ensemble = None
            self._show(None)
