"""The run on the canvas: the lit path, values, a neuron's inside, hover, problems, with frames of a real circuit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainterPath, QPainterPathStroker
from pytestqt.qtbot import QtBot

from app import paths
from app.circuit.compile import compile_schematic
from app.document import edits
from app.document.on_disk import OpenFile
from app.document.schematic import End, Schematic
from app.errors import Problem
from app.training.frame import Frame
from app.training.gradient_check import check_gradient
from app.training.layout import layout_of
from app.training.run import Options, prepare
from app.ui.canvas.gradient_lens import comparisons
from app.ui.canvas.live_source import LiveSource
from app.ui.canvas.wire_layer import polygon
from app.ui.theme import Theme
from tests.ui.canvas.stage import Stage


def example(name: str) -> Schematic:
    file = OpenFile(Path(paths.resources() / "examples" / f"{name}.aann"))
    try:
        return file.read().schematic
    finally:
        file.close()


class Run:
    """Frames of a real circuit at its initial weights, made without an engine's thread."""

    def __init__(self, schematic: Schematic) -> None:
        self.schematic = schematic
        self.circuit = compile_schematic(schematic)
        self.training = prepare(self.circuit, schematic, Options((0,)))
        self.layout = layout_of(self.training)

    def frame(self, row: int = 0, teach: float = 1.0, **changed: float) -> Frame:
        program = self.circuit.program
        values = program.values()[:, 0].copy()
        rng = np.random.default_rng(1)
        values[2:] = rng.uniform(-1, 1, len(values) - 2)
        for instance in self.circuit.netlist.instances:
            if instance.type == "v_teach":
                values[self.circuit.slot_of(End(instance.id, "V"))] = teach
        weights = rng.uniform(-2, 2, len(self.circuit.weight_states))
        return Frame("running", layout=self.layout, row=row, voltages=values, weights=weights, teach_on=teach > 0)


@pytest.fixture
def xor(stage: Stage) -> Iterator[tuple[Stage, Run]]:
    run = Run(example("xor"))
    stage.desk.show(run.schematic)
    stage.view.set_reduced_motion(True)
    stage.view.fit(animated=False)
    yield stage, run


def show(stage: Stage, frame: Frame) -> None:
    stage.view.show_frame(frame)
    stage.view._show_waiting()


def named(stage: Stage, name: str) -> str:
    return next(entry.id for entry in stage.schematic.top.instances.values() if entry.name == name)


def test_voltages_and_weights_are_those_of_the_circuit(xor: tuple[Stage, Run]) -> None:
    stage, run = xor
    frame = run.frame()
    show(stage, frame)
    live = stage.view.look.live
    assert live is not None and live.v_teach == 1.0 and live.running
    for (item, port), nodes in run.circuit.netlist.pins.items():
        for index in range(1, len(nodes) + 1):
            slot = run.circuit.slot_of(End(item, port, index))
            assert live.voltage((item, port, index)) == frame.voltages[slot]
    for number, path in enumerate(run.circuit.weight_ids):
        item, part = path.split("/")
        assert live.weight(item, part) == frame.weights[number]
    assert live.voltage(("nobody", "V", 1)) is None and live.weight("nobody", "C1") is None


def test_v_teach_lights_the_backward_path_and_nothing_else(xor: tuple[Stage, Run]) -> None:
    stage, run = xor
    show(stage, run.frame(teach=1.0))
    lit = stage.view.viewport().grab().toImage()
    stage.view.set_backward(False)
    plain = stage.view.viewport().grab().toImage()
    drawing, path = stage.view.drawing, stage.view._scene._painter.backward
    near = QPainterPath()
    for key in path:
        assert any(net.error for net in drawing.nets_of(key))
        near.addPolygon(stage.view.mapFromScene(polygon(stage.route(key))))
    stroker = QPainterPathStroker()
    stroker.setWidth(24)
    band = stroker.createStroke(near)
    places = [(x, y) for y in range(0, lit.height(), 2) for x in range(lit.width())]
    changed = [QPointF(x, y) for x, y in places if lit.pixel(x, y) != plain.pixel(x, y)]
    assert len(changed) > 500
    assert all(band.contains(place) for place in changed)


def test_errors_run_from_type1_backwards(xor: tuple[Stage, Run]) -> None:
    stage, _ = xor
    drawing, path = stage.view.drawing, stage.view._scene._painter.backward
    for key, forwards in path.items():
        first, last = drawing.wires[key].wire.ends if forwards else drawing.wires[key].wire.ends[::-1]
        assert first.port not in ("I_E", "V_E") or drawing.blocks[first.item].type in ("type1", "neuron", "type2")
        assert (first.port, drawing.blocks[first.item].type if first.port else "") not in (
            ("V_E", "neuron"), ("I_E", "type2"),
        )  # fmt: skip
        assert (last.port, drawing.blocks[last.item].type if last.port else "") not in (
            ("V_E", "type1"), ("I_E", "neuron"), ("V_E", "type2"),
        )  # fmt: skip


def colours(stage: Stage) -> dict[int, int]:
    image = stage.view.viewport().grab().toImage()
    found: dict[int, int] = {}
    for y in range(image.height()):
        for x in range(image.width()):
            pixel = image.pixel(x, y)
            found[pixel] = found.get(pixel, 0) + 1
    return found


def test_frames_are_painted_at_most_fifteen_times_a_second(xor: tuple[Stage, Run], qtbot: QtBot) -> None:
    stage, run = xor
    shown: list[object] = []
    frames = [run.frame(row) for row in range(4)]
    stage.view.show_frame(frames[0])
    for frame in frames[1:]:
        stage.view.show_frame(frame)
        shown.append(stage.view.look.live)
    assert len({id(live) for live in shown}) == 1, "the later frames must wait for the timer"
    qtbot.waitUntil(lambda: stage.view.look.live is not None and stage.view.look.live.row == 3, timeout=60_000)


def test_live_layer_can_be_switched_off(xor: tuple[Stage, Run]) -> None:
    stage, run = xor
    show(stage, run.frame())
    assert stage.view._legend.isVisible()
    stage.view.set_live(False)
    assert stage.view.look.live is None and not stage.view._legend.isVisible()
    stage.view.set_live(True)
    assert stage.view.look.live is not None


def test_a_neuron_opens_with_live_values_and_selectable_parts(xor: tuple[Stage, Run]) -> None:
    stage, run = xor
    frame = run.frame()
    show(stage, frame)
    neuron = named(stage, "N2_3")
    body = stage.view.drawing.blocks[neuron].body.center()
    stage.double_click(body.x() / 10.0, body.y() / 10.0 + 1)
    assert stage.view.macro() == neuron and stage.view.location() == ("test", "N2_3")
    weight = next(view for view in stage.view.drawing.blocks.values() if view.instance.name == "C1")
    live = stage.view.look.live
    number = run.circuit.weight_ids.index(f"{neuron}/C1")
    state = run.circuit.weight_states[number]
    slot = run.circuit.node_slot[run.circuit.state_nodes[state]]
    assert live is not None and live.voltage((weight.instance.id, "V_w", 1)) == frame.voltages[slot]
    middle = weight.body.center()
    stage.click(middle.x() / 10.0, middle.y() / 10.0)
    assert stage.view.selected_parts() == ("C1",) and stage.view.selection() == ()
    before = stage.dump()
    stage.key(Qt.Key.Key_Delete)
    stage.drag((middle.x() / 10, middle.y() / 10), (middle.x() / 10 + 5, middle.y() / 10))
    assert stage.dump() == before
    stage.view.select(())
    stage.key(Qt.Key.Key_Escape)
    assert stage.view.macro() == "" and stage.view.selection() == (neuron,)


def test_an_override_shows_inside_and_survives_there(xor: tuple[Stage, Run]) -> None:
    stage, _ = xor
    neuron = named(stage, "N2_3")
    stage.view.open_macro(neuron)
    stage.view.select((next(v.instance.id for v in stage.view.drawing.blocks.values() if v.instance.name == "Mf1"),))
    stage.desk.do("override", edits.set_override(stage.schematic, "top", neuron, "Mf1.K_m", "150n"))
    part = next(view for view in stage.view.drawing.blocks.values() if view.instance.name == "Mf1")
    assert part.instance.parameters["K_m"] == "150n" and stage.view.selected_parts() == ("Mf1",)
    stage.desk.history.undo()
    stage.view.select(())
    stage.desk.do("delete", edits.rename(stage.schematic, "top", neuron, "other"))
    assert stage.view.location() == ("test", "other")


def test_hover_shows_the_net_and_after_a_while_its_value(xor: tuple[Stage, Run], qtbot: QtBot) -> None:
    stage, run = xor
    show(stage, run.frame())
    key, view = next((k, v) for k, v in stage.view.drawing.wires.items() if not v.bus)
    a, b = stage.route(key)[:2]
    stage.move((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, button=Qt.MouseButton.NoButton)
    assert key in stage.view.look.hovered_wires
    card = stage.view._card
    qtbot.waitUntil(card.isVisible, timeout=60_000)
    assert "V" in card.accessibleName()
    stage.move(-300, -300, button=Qt.MouseButton.NoButton)
    assert not card.isVisible() and not stage.view.look.hovered_wires
    assert view.wire.id == key


def test_problems_mark_their_blocks(xor: tuple[Stage, Run]) -> None:
    stage, _ = xor
    neuron = named(stage, "N2_3")
    stage.view.reveal((neuron,))
    stage.view.select(())
    corner = stage.view.drawing.blocks[neuron].body.topRight()
    x, y = corner.x() / 10.0, corner.y() / 10.0
    assert not stage.painted("error", x, y)
    problem = Problem("floating-input", "N2_3.V_in1", "nothing drives it", "draw a wire", ids=(neuron,))
    stage.view.set_problems((problem,))
    assert stage.painted("error", x, y) and stage.painted("error_fill", x - 2, y + 2)
    stage.view.set_problems(())
    assert not stage.painted("error", x, y)


def test_the_lens_compares_each_capacitor(xor: tuple[Stage, Run]) -> None:
    stage, run = xor
    check = check_gradient(run.circuit, run.schematic)
    found = comparisons(check, run.training)
    assert len(found) == len(run.circuit.weight_states) and all(entry.right for entry in found.values())
    spoiled = check.drawn.copy()
    spoiled[:, 4] = -check.drawn[:, 4] - 1e-9
    wrong = comparisons(type(check)(check.names, check.wanted, spoiled, ()), run.training)
    item, part = run.circuit.weight_ids[4].split("/")
    assert [key for key, entry in wrong.items() if not entry.right] == [(item, part)]
    stage.view.look.lens = wrong
    stage.view.refresh()
    assert Theme.load("light").color("error").rgb() in colours(stage)


def test_another_circuit_or_no_layout_shows_the_drawing_at_rest(xor: tuple[Stage, Run]) -> None:
    stage, run = xor
    show(stage, run.frame())
    show(stage, Frame("refused", layout=None))
    assert stage.view.look.live is None
    assert LiveSource(run.layout).frame(Frame("paused", layout=None)) is None
    assert stage.view.mapToScene(QPoint(0, 0)) is not None


def test_the_pin_that_a_new_error_names_pulses_and_keeps_its_ring(stage: Stage) -> None:
    ident = stage.add("multiplier", (10, 10))
    problem = Problem("floating-input", "M1.V1", "the input is not driven", "draw a wire", ids=(ident,))
    seen: list[float] = []
    stage.view._pulsing.valueChanged.connect(lambda share: seen.append(stage.view.look.pulse))
    stage.view.set_problems((problem,))
    pulsing = stage.view._pulsing
    assert pulsing.state() == pulsing.State.Running
    pulsing.pause()  # time is set by hand: a busy machine would skip the height of it
    for moment in range(0, pulsing.totalDuration(), 10):
        pulsing.setCurrentTime(moment)
    pulsing.setCurrentTime(pulsing.totalDuration())
    assert max(seen) > 0.5 and stage.view.look.pulse == 0.0
    pulsing.stop()
    assert stage.painted("error", 10, 12, reach=8)
    seen.clear()
    stage.view.set_problems((problem,))
    assert stage.view._pulsing.state() == stage.view._pulsing.State.Stopped


def test_blame_draws_a_bar_as_long_as_the_share(stage: Stage) -> None:
    ident, other = stage.add("neuron", (2, 2)), stage.add("neuron", (30, 2))
    stage.view.set_blame({(ident, "Mf1"): 0.5, (ident, "C1"): 0.25, (other, ""): 0.001})
    body = stage.view.drawing.blocks[ident].body
    y = body.bottom() / 10.0 + 0.5
    assert stage.painted("warning", body.left() / 10.0 + 1, y, reach=3)
    assert stage.painted("warning", body.left() / 10.0 + 0.7 * body.width() / 10.0, y, reach=1)
    assert not stage.painted("warning", stage.view.drawing.blocks[other].body.left() / 10.0 + 1, y, reach=6)
    stage.view.set_blame({})
    assert not stage.painted("warning", body.left() / 10.0 + 1, y, reach=3)


def test_the_switch_is_seen_at_once_and_another_document_hides_the_legend(xor: tuple[Stage, Run]) -> None:
    stage, run = xor
    stage.view.show_frame(run.frame(teach=0.0))
    stage.view.show_frame(run.frame(teach=1.0))
    assert stage.view.look.taught, "thrown between two repaints"
    assert stage.view._legend.isVisible()
    stage.desk.show(Schematic())
    assert stage.view.look.live is None and not stage.view._legend.isVisible()


def test_far_away_a_press_near_a_pin_picks_the_block(xor: tuple[Stage, Run]) -> None:
    stage, _ = xor
    neuron = named(stage, "N2_3")
    pin = stage.view.drawing.blocks[neuron].pins[0]
    stage.view._place(0.4, stage.view.drawing.blocks[neuron].body.center())
    stage.click(pin.at[0] + 1, pin.at[1])
    assert stage.view.selection() == (neuron,) and stage.view.tool() == "select"


@pytest.mark.parametrize("zoom", [0.2, 0.45, 1.0, 1.6])
def test_frames_over_kept_layers_look_like_painting_everything(xor: tuple[Stage, Run], zoom: float) -> None:
    stage, run = xor
    view = stage.view
    view._place(zoom, view.content_rect().center())
    weight = stage.add("weight", (60, 4))
    steps = (
        lambda: show(stage, run.frame(row=1)),
        lambda: show(stage, run.frame(row=2, teach=0.0)),
        lambda: view.select((named(stage, "N2_3"), weight)),
        lambda: show(stage, run.frame(row=3)),
        lambda: stage.move(30, 20, button=Qt.MouseButton.NoButton),
        lambda: view.set_problems((Problem("x", "N2_3", "odd", "mend it", ids=(named(stage, "N2_3"),)),)),
        lambda: view.scroll_by(QPoint(7, -5)),
        lambda: show(stage, run.frame(row=0)),
        lambda: view.set_live(False),
    )
    for number, step in enumerate(steps):
        step()
        shown = stage.pixels()
        view.refresh()
        assert abs(stage.pixels() - shown).max() <= 3, number


@pytest.mark.parametrize("size", [(900, 600), (560, 420), (1400, 500), (500, 900)])
def test_what_is_fitted_keeps_clear_of_the_legend(xor: tuple[Stage, Run], size: tuple[int, int]) -> None:
    stage, run = xor
    view = stage.view
    show(stage, run.frame())
    view.open_macro(named(stage, "N2_3"))
    view.resize(*size)
    view.fit(animated=False)
    view.resize(size[0] + 40, size[1] + 30)
    legend = view._legend.geometry()
    assert view._legend.isVisible()
    for block in view.drawing.blocks.values():
        if block.type != "frame":
            assert not view.mapFromScene(block.rect).boundingRect().intersects(legend), block.instance.name
