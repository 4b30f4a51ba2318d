"""The experiment of an open window: selection and blame go between it and the canvas; both close together."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document.aann_file import Document
from app.document.dataset import XOR
from app.document.generate import generate
from app.document.set_parameters import apply_settings
from app.ui.application import Windows
from app.ui.canvas.view import CanvasView


def test_a_windows_experiment_marks_its_canvas(qapp: QApplication, qtbot: QtBot) -> None:
    windows = Windows(qapp)
    window = windows.another()
    window.show()
    schematic = generate([2, 3, 1], XOR, "xor", imperfect=True)[0]
    apply_settings(schematic, ["N3_1/Ms.offset_pin=V1", "N3_1/Ms.V_off=80m", "N2_1/Mf1.V_off=1m"])
    window.desk.show(Document(schematic), "xor")
    window.show_drawing()
    window.companions.open_experiment()
    experiment = window.companions.experiment
    assert experiment is not None and experiment.isVisible()
    canvas = window.workspace.canvas
    assert isinstance(canvas, CanvasView)
    neuron = next(i.id for i in schematic.top.instances.values() if i.name == "N3_1")
    canvas.select([neuron])
    assert experiment.form._selection[0] == (neuron,)
    experiment.form.runs.setValue(16)
    experiment.form.epochs.setValue(400)
    experiment.form.blame.setCurrentIndex(experiment.form.blame.findData("part"))
    experiment.start()
    qtbot.waitUntil(lambda: bool(canvas.look.blame), timeout=120_000)
    assert max(canvas.look.blame, key=lambda key: canvas.look.blame[key]) == (neuron, "Ms")
    experiment.form.runs.setValue(5000)
    experiment.start()
    window.desk.history.mark_saved()
    window.desk._unsaved = False
    assert window.close()
    assert window.companions.experiment is None
    qtbot.waitUntil(lambda: not experiment.control.busy, timeout=120_000)
    windows.deleteLater()
