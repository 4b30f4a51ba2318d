"""What is painted: something at every zoom and in both themes, no text on a wire, nothing lost to a moving window, no
reference to None lost in 2,000 frames."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import edits
from app.document.dataset import Dataset
from app.document.generate import generate
from app.document.schematic import Change, End, Instance, Schematic
from app.ui import theme
from app.ui.canvas.clear import crosses
from app.ui.canvas.drawing import Drawing
from app.ui.canvas.live import LiveFrame
from app.ui.canvas.text_places import room_of, texts_of
from app.ui.canvas.view import CanvasView
from app.ui.canvas.views import BACKGROUND, LABELS
from tests.ui.canvas.stage import BareDesk, Stage
from tests.ui.canvas.test_live import example

EXAMPLES = ("xor", "paper-fig7", "one-neuron", "leaky", "recurrent", "mismatch")


@pytest.fixture
def light() -> Iterator[None]:
    yield
    theme.apply("light")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("zoom", [0.05, 0.25, 0.4, 0.6, 1.0, 1.6])
def test_every_detail_paints_something(stage: Stage, zoom: float, dark: bool, light: None) -> None:
    theme.apply("dark" if dark else "light")
    empty = stage.image()
    stage.show(example("xor"))
    stage.view._place(zoom, stage.view.content_rect().center())
    stage.view.look.live = LiveFrame(1.0, lambda key: 0.5, lambda item, part: -0.7)
    image = stage.image()
    assert image != empty
    ink = theme.Theme.current().color("ink").rgb()
    assert any(image.pixel(x, y) == ink for x in range(image.width()) for y in range(image.height()))


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_text_lies_on_a_wire_or_on_another_block(name: str, stage: Stage) -> None:
    schematic = example(name)
    drawing = Drawing(schematic, "top")
    blocks = [view for view in drawing.blocks.values() if view.type not in (*BACKGROUND, *LABELS)]
    assert blocks
    for view in blocks:
        for text, words in texts_of(drawing, view):
            room = room_of(text, words, view.origin)
            if view.body.contains(room.center()):
                continue
            where = f"{view.instance.name}: {words}"
            for wire in drawing.wires.values():
                assert not crosses(room, drawing.points_of(wire)), f"{where} on wire {wire.wire.id}"
            for other in blocks:
                if other is not view:
                    assert not other.body.intersects(room), f"{where} on {other.instance.name}"


def test_turned_names_stand_beside_their_symbol(stage: Stage) -> None:
    for number, (turns, mirrored) in enumerate([(k, m) for k in range(4) for m in (False, True)]):
        stage.view.place("multiplier")
        for _ in range(turns):
            stage.view.rotate_selection(1)
        if mirrored:
            stage.view.mirror_selection()
        stage.click(10 + 20 * (number % 4), 10 + 20 * (number // 4))
        stage.view.cancel()
    drawing = stage.view.drawing
    assert len(drawing.blocks) == 8
    for view in drawing.blocks.values():
        for text, words in texts_of(drawing, view):
            assert not view.body.adjusted(2, 2, -2, -2).intersects(room_of(text, words, view.origin)), view.instance


def test_moving_the_window_shows_what_painting_anew_shows(stage: Stage) -> None:
    stage.show(example("xor"))
    stage.view._place(0.8, stage.view.content_rect().center())
    stage.image()
    for step in ((17, 0), (0, -23), (-61, 40), (400, 5), (-3000, 0), (2900, 1)):
        stage.view.scroll_by(QPoint(*step))
        moved = stage.pixels()
        stage.view.refresh()
        # Clipped at the edge of a strip, an oblique line may differ by the last bit or two.
        assert abs(stage.pixels() - moved).max() <= 3, step


def test_what_a_drag_previews_is_what_painting_anew_shows(stage: Stage) -> None:
    source, multiplier = stage.add("dc", (0, 0)), stage.add("multiplier", (20, 6))
    stage.join(End(source, "V"), End(multiplier, "V1"))
    stage.press(23, 8)
    for place in ((26, 9), (30, 20), (12, 25), (24, 8)):
        stage.move(*place)
        shown = stage.image()
        stage.view.refresh()
        assert stage.image() == shown, place
    stage.release(24, 8)


def test_undo_paints_what_was_there(stage: Stage) -> None:
    stage.show(example("xor"))
    stage.view.fit(animated=False)
    before = stage.image()
    stage.view.select_all()
    stage.view.delete_selection()
    assert stage.image() != before
    stage.desk.history.undo()
    assert stage.image() == before


def test_two_thousand_frames_leave_none_alone(stage: Stage) -> None:
    stage.view.resize(240, 180)
    stage.show(example("xor"))
    stage.view.fit(animated=False)

    def frames(count: int) -> None:
        for number in range(count):
            level = number % 20 / 10.0 - 1.0
            stage.view.look.live = LiveFrame(1.0, lambda key, level=level: level, lambda item, part, level=level: level)
            stage.view.refresh()
            QApplication.processEvents()

    frames(20)
    before = sys.getrefcount(None)
    frames(2000)
    assert abs(sys.getrefcount(None) - before) < 500


def test_an_empty_sheet_and_strange_blocks_do_no_harm(stage: Stage) -> None:
    stage.view.fit(animated=False)
    assert stage.image().width() > 0 and stage.view.zoom() == 1.0
    schematic = Schematic()
    ident = schematic.new_id("b")
    odd = Instance(ident, "flux capacitor", "X1", (0, 0))
    long = Instance("b99", "dc", "V" * 60, (10, 10), parameters={"level": "nonsense"})
    schematic.apply(Change("instances", entry.id, None, entry, "top") for entry in (odd, long))
    stage.show(schematic)
    assert ident not in stage.view.drawing.blocks and "b99" in stage.view.drawing.blocks
    assert stage.image().width() > 0


@pytest.mark.parametrize("layers", [(64, 16, 10), (3, 4, 4, 2), (1, 1)])
def test_generated_networks_fit_into_the_window(stage: Stage, layers: tuple[int, ...]) -> None:
    columns = layers[0], layers[-1]
    names = tuple(f"x{k}" for k in range(columns[0])), tuple(f"t{k}" for k in range(columns[1]))
    data = Dataset(*names, (tuple(0.1 * k for k in range(sum(columns))),))
    stage.show(generate(layers, data, "data")[0])
    stage.view.fit(animated=False)
    shown = stage.view.mapToScene(stage.view.viewport().rect()).boundingRect()
    assert QRectF(shown).contains(stage.view.content_rect())


def test_closed_canvases_leave_nothing_behind(qtbot: QtBot) -> None:
    desk = BareDesk()
    desk.show(example("xor"))
    gone: list[weakref.ref[CanvasView]] = []
    for _ in range(10):
        view = CanvasView(desk)  # type: ignore[arg-type]
        view.show()
        QApplication.processEvents()
        view.close()
        view.deleteLater()
        gone.append(weakref.ref(view))
        del view
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert [ref() for ref in gone] == [None] * 10
    desk.do("add", edits.place(desk.schematic, "dc", (0, 0)))
    theme.apply("dark")
    theme.apply("light")
