"""The inspector's page when nothing is selected: the document's parameters, settings and datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.panels.datasets import DatasetsPanel
from app.ui.panels.parameter_row import ParameterRow, retire
from app.ui.panels.parameters import ParametersPanel
from app.ui.panels.section import Section
from app.ui.panels.targets import SETTINGS, SettingsTarget, changes_for

if TYPE_CHECKING:
    from app.ui.desk import Desk


class DocumentPage(QWidget):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(0)
        self.parameters, self.datasets = ParametersPanel(desk), DatasetsPanel(desk)
        self._settings = QWidget()
        self._setting_rows = QVBoxLayout(self._settings)
        self._setting_rows.setContentsMargins(0, 0, 0, 0)
        self._setting_rows.setSpacing(0)
        self.rows: dict[str, ParameterRow] = {}
        self._schematic: object = None
        for section in (
            Section("Run", self._settings, line=False),
            Section("Datasets", self.datasets),
            Section("Parameters", self.parameters),
        ):
            column.addWidget(section)
        column.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Show what the document says now."""
        if self._schematic is not self.desk.schematic:
            self._schematic = self.desk.schematic
            self._rebuild()
        for row in self.rows.values():
            row.refresh()
        self.datasets.refresh()
        self.parameters.refresh()

    def _rebuild(self) -> None:
        retire(self.rows.values())
        target = SettingsTarget(self.desk.schematic)
        self.rows = {parameter.name: ParameterRow(parameter, (target,)) for parameter in SETTINGS}
        for row in self.rows.values():
            row.edited.connect(self._edited)
            row.settled.connect(self._settled)
            self._setting_rows.addWidget(row)

    @Slot(str, object, str)
    def _edited(self, name: str, text: str | None, merge: str) -> None:
        target = SettingsTarget(self.desk.schematic)
        if not self.desk.do(f"Change {name}", changes_for((target,), {name: text}), merge):
            self.rows[name].refresh()

    @Slot()
    def _settled(self) -> None:
        self.desk.history.break_merge()
