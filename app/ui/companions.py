"""Windows that belong to a window and are made when they are asked for: experiments, help, the paper."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.ui.actions import Handler
from app.ui.host import Host

if TYPE_CHECKING:
    from app.ui.dialogs.help_window import HelpWindow
    from app.ui.dialogs.paper_window import PaperWindow
    from app.ui.experiments.window import ExperimentWindow  # imported when opened: it loads pyqtgraph and h5py


class Companions(QObject):
    """`figure_opened` asks for a figure's circuit: path of an example and settings for a copy of it."""

    figure_opened = Signal(str, object)

    def __init__(self, window: Host) -> None:
        super().__init__(window)
        self._window = window
        self.experiment: ExperimentWindow | None = None
        self.help: HelpWindow | None = None
        self.paper: PaperWindow | None = None

    def handlers(self) -> dict[str, Handler]:
        pages = {
            "tour": "tour", "block_help": "blocks", "sheet_help": "sheets", "experiment_help": "experiments",
            "paper_help": "paper",
        }  # fmt: skip
        return {
            "experiment": self.open_experiment,
            "paper": self.open_paper,
            **{action: partial(self.open_help, page) for action, page in pages.items()},
        }

    @Slot()
    def open_experiment(self) -> None:
        if self.experiment is None:
            from app.ui.experiments.window import ExperimentWindow

            self.experiment = ExperimentWindow(self._window.desk)
            self.experiment.reveal.connect(self._reveal)
            self.experiment.blamed.connect(self._blamed)
            self._window.workspace.canvas.selection_changed.connect(self._selection_changed)
            self._selection_changed()
        self.experiment.open()

    def open_help(self, page: str) -> None:
        if self.help is None:
            from app.ui.dialogs.help_window import HelpWindow

            self.help = HelpWindow(self._window)
        self.help.show_page(page)

    @Slot()
    def open_paper(self) -> None:
        if self.paper is None:
            from app.ui.dialogs.paper_window import PaperWindow

            self.paper = PaperWindow(self._window)
            self.paper.opened.connect(self.figure_opened)
        self.paper.show()
        self.paper.raise_()
        self.paper.activateWindow()

    @Slot()
    def _selection_changed(self) -> None:
        canvas = self._window.workspace.canvas
        if self.experiment is not None:
            self.experiment.show_selection(canvas.chains(), canvas.look.inside, canvas.selected_parts())

    @Slot(object)
    def _reveal(self, ids: tuple[str, ...]) -> None:
        self._window.workspace.canvas.reveal(ids[:1])
        self._window.to_front()

    @Slot(object)
    def _blamed(self, shares: dict[tuple[str, str], float]) -> None:
        self._window.workspace.canvas.set_blame(shares)

    def close(self) -> None:
        """With the window they belong to; what still computes is given up."""
        if self.experiment is not None:
            self.experiment.shutdown()
            self.experiment.close()
            self.experiment.deleteLater()
            self.experiment = None
        if self.paper is not None:
            self.paper.shutdown()
