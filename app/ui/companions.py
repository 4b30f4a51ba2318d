"""Windows that belong to a window and are made when they are asked for: experiments on its document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.ui.actions import Handler
from app.ui.host import Host

if TYPE_CHECKING:
    from app.ui.experiments.window import ExperimentWindow  # imported when opened: it loads pyqtgraph and h5py


class Companions(QObject):
    def __init__(self, window: Host) -> None:
        super().__init__(window)
        self._window = window
        self.experiment: ExperimentWindow | None = None

    def handlers(self) -> dict[str, Handler]:
        return {"experiment": self.open_experiment}

    @Slot()
    def open_experiment(self) -> None:
        if self.experiment is None:
            from app.ui.experiments.window import ExperimentWindow

            self.experiment = ExperimentWindow(self._window.desk)
            self.experiment.reveal.connect(self._reveal)
            self._window.workspace.canvas.selection_changed.connect(self._selection_changed)
            self._selection_changed()
        self.experiment.open()

    @Slot()
    def _selection_changed(self) -> None:
        canvas = self._window.workspace.canvas
        if self.experiment is not None:
            self.experiment.show_selection(canvas.selection(), canvas.macro(), canvas.selected_parts())

    @Slot(object)
    def _reveal(self, ids: tuple[str, ...]) -> None:
        self._window.workspace.canvas.reveal(ids[:1])
        self._window.to_front()

    def close(self) -> None:
        """With the window they belong to; what still computes is given up."""
        if self.experiment is not None:
            self.experiment.shutdown()
            self.experiment.close()
            self.experiment.deleteLater()
            self.experiment = None
