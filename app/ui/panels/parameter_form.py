"""The rows for the parameters of what is selected; of blocks with many, the seldom used ones only on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from app.ui.controls.naming import named
from app.ui.panels.parameter_row import ParameterRow, retire
from app.ui.panels.targets import Target, common_parameters
from blocks.spec import Parameter

SHOWN_AT_ONCE = 8  # of more parameters the first ones are shown, and the others on request
FIRST = 6
DATASET, SHEET = "dataset", "sheet"  # text parameters that name a dataset or a sheet of the document


class ParameterForm(QWidget):
    """`edited(name, text, merge)` and `settled` as ParameterRow tells them. Rows are kept while the selection goes
    from one block to another of its kind: making widgets is what takes time."""

    edited = Signal(str, object, str)
    settled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, ParameterRow] = {}
        self._targets: tuple[Target, ...] = ()
        self._shape: object = None
        self._later: tuple[Parameter, ...] = ()
        self._offers: Mapping[str, tuple[str, ...]] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._first = QVBoxLayout()
        self._first.setSpacing(0)
        column.addLayout(self._first)
        self.more = named(QToolButton(), "moreButton")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._show_rest)
        column.addWidget(self.more)
        self._rest = QWidget()
        self._rest_column = QVBoxLayout(self._rest)
        self._rest_column.setContentsMargins(0, 0, 0, 0)
        self._rest_column.setSpacing(0)
        column.addWidget(self._rest)

    def show_targets(
        self, targets: Sequence[Target], marked: Sequence[str], offers: Mapping[str, tuple[str, ...]]
    ) -> None:
        """Rows for what all targets declare alike. `marked` parameters are always among the first; `offers` are the
        names that the fields of some text parameters offer."""
        parameters = common_parameters(targets)
        again = tuple(targets) == self._targets and (parameters, offers) == self._shape
        changed_kind = (parameters, offers) != self._shape
        self._targets, self._shape = tuple(targets), (parameters, offers)
        self._offers = offers
        if again:
            self.refresh()
            return
        later = self._later_ones(parameters, marked)
        if changed_kind or later != self._later:
            self._later = later
            self._rebuild([parameter for parameter in parameters if parameter not in later])
        else:
            for row in self.rows.values():
                row.show_targets(self._targets)

    def _later_ones(self, parameters: Sequence[Parameter], marked: Sequence[str]) -> tuple[Parameter, ...]:
        if len(parameters) <= SHOWN_AT_ONCE:
            return ()
        return tuple(
            parameter
            for parameter in parameters[FIRST:]
            if parameter.name not in marked and all(target.text(parameter.name) is None for target in self._targets)
        )

    def _rebuild(self, first: Sequence[Parameter]) -> None:
        retire(self.rows.values())
        self.rows = {}
        for parameter in first:
            self._add(parameter, self._first)
        self.more.setVisible(bool(self._later))
        self._show_rest(self.more.isChecked())

    def _add(self, parameter: Parameter, column: QVBoxLayout) -> None:
        row = ParameterRow(parameter, self._targets, self._offers.get(parameter.name, ()))
        row.edited.connect(self.edited)
        row.settled.connect(self.settled)
        column.addWidget(row)
        self.rows[parameter.name] = row

    def chain(self, before: QWidget) -> None:
        """Tab goes from `before` through the first rows, to the button for the others, and through those."""
        later = {parameter.name for parameter in self._later}
        first = [row.editor for name, row in self.rows.items() if name not in later]
        rest = [row.editor for name, row in self.rows.items() if name in later]
        for widget in (*first, self.more, *rest):
            QWidget.setTabOrder(before, widget)
            before = widget

    @Slot(bool)
    def _show_rest(self, shown: bool) -> None:
        if shown:
            before: QWidget = self.more
            for parameter in self._later:
                if parameter.name not in self.rows:
                    self._add(parameter, self._rest_column)
                QWidget.setTabOrder(before, self.rows[parameter.name].editor)
                before = self.rows[parameter.name].editor
        self._rest.setVisible(shown and bool(self._later))
        self.more.setText(f"{'▾' if shown else '▸'}  {len(self._later)} more parameters")

    def refresh(self) -> None:
        """The document was edited."""
        for row in self.rows.values():
            row.refresh()
