"""The inspector's page for blocks and for parts inside a macro: parameters, live values, weights, formula, help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from app.ui.controls.naming import named
from app.ui.panels.formula_card import FormulaCard
from app.ui.panels.live_values import LiveValues, WeightBars
from app.ui.panels.parameter_row import ParameterRow, retire
from app.ui.panels.readings import charging_currents, readings_of, weights_of
from app.ui.panels.section import Section
from app.ui.panels.targets import BlockTarget, PartTarget, common_parameters
from app.ui.rich_text import symbols
from blocks.spec import Parameter

if TYPE_CHECKING:
    from app.circuit.compile import Circuit
    from app.training.frame import Frame
    from app.ui.desk import Desk

SHOWN_AT_ONCE = 8  # blocks with more parameters show the first ones, and the others on request
FIRST = 6
DATASET = "dataset"  # the text parameter that names a dataset of the document

Targets = Sequence[BlockTarget] | Sequence[PartTarget]


class BlockPage(QWidget):
    """`edited(texts, merge)`: a dict of parameter texts (None: the default) for all targets."""

    edited = Signal(object, str)
    settled = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._targets: Targets = ()
        self.rows: dict[str, ParameterRow] = {}
        self._circuit: Circuit | None = None
        self._weights: list[int] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 12)
        column.setSpacing(0)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        column.addLayout(self._column)
        self._rest = QWidget()
        self._rest_column = QVBoxLayout(self._rest)
        self._rest_column.setContentsMargins(0, 0, 0, 0)
        self._rest_column.setSpacing(0)
        self.more = named(QToolButton(), "moreButton")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._show_rest)
        column.addWidget(self.more)
        column.addWidget(self._rest)
        self._build_sections(column)
        column.addStretch(1)
        self._show_rest(False)

    def _build_sections(self, column: QVBoxLayout) -> None:
        self.values, self.bars, self.formula = LiveValues(), WeightBars(), FormulaCard()
        self.lens = named(QLabel(), "lensLine")
        self.lens.setWordWrap(True)
        self.help = named(QLabel(), "helpText")
        self.help.setWordWrap(True)
        self.live_section = Section("Live", self.values)
        self.weight_section = Section("Weights", self.bars, self.lens, note="I_charge")
        self.formula_section = Section("Formula", self.formula)
        self.help_section = Section("Help", self.help)
        self._sections = self.live_section, self.weight_section, self.formula_section, self.help_section
        for section in self._sections:
            column.addWidget(section)

    # -- the selection ----------------------------------------------------------------------------------------------

    def show_targets(self, targets: Targets) -> None:
        """Blocks, or parts of one macro."""
        self._targets = tuple(targets)  # type: ignore[assignment]
        shape = self._targets, common_parameters(self._targets), tuple(self.desk.schematic.datasets)
        if shape == self._shape:
            self.refresh()
        else:
            self._shape = shape
            self._rebuild(shape[1])
        self._circuit = None
        one = targets[0].block if targets and len({target.block.type for target in targets}) == 1 else None
        self.formula_section.setVisible(one is not None and bool(one.formula))
        self.help_section.setVisible(one is not None)
        if one is not None:
            self.formula.show_formulas(one.formula)
            self.help.setText(symbols(one.help, 12))
        self.lens.clear()
        self.lens.hide()
        self._show_live(None)
        if self.desk.frame is not None:
            self.show_frame(self.desk.frame)

    _shape: object = None

    def _rebuild(self, parameters: Sequence[Parameter]) -> None:
        retire(self.rows.values())
        self.rows = {}
        marked = self._targets[0].block.values if self._targets else ()
        crowded = len(parameters) > SHOWN_AT_ONCE
        before: QWidget = self
        for number, parameter in enumerate(parameters):
            choices = tuple(self.desk.schematic.datasets) if parameter.name == DATASET else ()
            row = ParameterRow(parameter, self._targets, choices)
            row.edited.connect(self._edited)
            row.settled.connect(self.settled)
            set_here = any(target.text(parameter.name) is not None for target in self._targets)
            later = crowded and number >= FIRST and parameter.name not in marked and not set_here
            (self._rest_column if later else self._column).addWidget(row)
            self.rows[parameter.name] = row
        for name in sorted(self.rows, key=lambda name: self.rows[name].parent() is self._rest):
            QWidget.setTabOrder(before, self.rows[name].editor)
            before = self.rows[name].editor
        hidden = self._rest_column.count()
        self.more.setVisible(hidden > 0)
        self._hidden = hidden
        self._show_rest(self.more.isChecked())

    _hidden = 0

    @Slot(bool)
    def _show_rest(self, shown: bool) -> None:
        self._rest.setVisible(shown and self._hidden > 0)
        self.more.setText(f"{'▾' if shown else '▸'}  {self._hidden} more parameters")

    def refresh(self) -> None:
        """The document was edited."""
        for row in self.rows.values():
            row.refresh()

    @Slot(str, object, str)
    def _edited(self, name: str, text: str | None, merge: str) -> None:
        texts: dict[str, str | None] = {name: text}
        data = self.desk.schematic.datasets.get(text or "") if name == DATASET else None
        if data is not None:
            texts |= {"inputs": str(len(data.inputs)), "targets": str(len(data.targets))}
        self.edited.emit(texts, merge)

    # -- the run ----------------------------------------------------------------------------------------------------

    def show_frame(self, frame: Frame) -> None:
        circuit = frame.layout.circuit if frame.layout is not None else None
        if circuit is None or not len(frame.voltages) or len(self._targets) != 1:
            self._show_live(None)
            return
        if circuit is not self._circuit:
            self._show_live(circuit)
        self.values.show_voltages(frame.voltages)
        if self._weights:
            numbers = np.array(self._weights)
            currents = charging_currents(circuit, frame.voltages)
            self.bars.show_values(frame.weights[numbers], currents[numbers])

    def _show_live(self, circuit: Circuit | None) -> None:
        self._circuit = circuit
        self._weights = []
        readings = []
        if circuit is not None:
            target = self._targets[0]
            part = target.part if isinstance(target, PartTarget) else ""
            readings = readings_of(circuit, target.ident, part)
            self._weights = weights_of(circuit, target.ident, part)
            self.values.show_readings(readings)
            self.bars.show_names([circuit.weight_paths[k].rpartition("/")[2] for k in self._weights])
        self.live_section.setVisible(bool(readings))
        self.weight_section.setVisible(bool(self._weights))
        sections = [s for s in self._sections if not s.isHidden()]
        for number, section in enumerate(sections):
            section.rule.setVisible(number > 0 or bool(self.rows))

    @property
    def weights(self) -> tuple[int, ...]:
        """Numbers of the weights that are shown."""
        return tuple(self._weights)

