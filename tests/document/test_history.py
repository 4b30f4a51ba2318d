"""Undo and redo: exact, merged where a hand moves, bounded, and never half done."""

from __future__ import annotations

import random

import pytest

from app.document import aann_file, arrange, clipboard, edits, wiring
from app.document.dataset import XOR, Dataset
from app.document.edits import Changes
from app.document.history import History, composed
from app.document.schematic import TOP, Change, End, Schematic
from app.errors import ProblemError
from tests.document import drawings


def start() -> tuple[Schematic, History]:
    schematic = drawings.example()
    return schematic, History(schematic)


def test_undo_and_redo_restore_the_same_bytes() -> None:
    schematic, history = start()
    first = aann_file.dumps(schematic)
    assert not history.can_undo and not history.undo()
    assert history.do("Move", arrange.move(schematic, ["b1"], 2, 0))
    second = aann_file.dumps(schematic)
    assert second != first
    assert (history.undo_label, history.redo_label) == ("Move", "")
    assert history.undo() and aann_file.dumps(schematic) == first
    assert (history.undo_label, history.redo_label) == ("", "Move")
    assert history.redo() and aann_file.dumps(schematic) == second
    assert not history.can_redo and not history.redo()


def test_every_edit_sends_one_notice() -> None:
    schematic, history = start()
    notices: list[tuple[Change, ...]] = []
    schematic.subscribe(notices.append)
    history.do("Delete", wiring.delete(schematic, ["b1", "b2"]))
    history.undo()
    history.redo()
    assert len(notices) == 3
    assert notices[1] == tuple(change.reversed() for change in reversed(notices[0]))


def test_a_new_edit_forgets_what_was_undone() -> None:
    schematic, history = start()
    history.do("Seed", edits.set_setting(schematic, "seed", "1"))
    history.undo()
    history.do("Seed", edits.set_setting(schematic, "seed", "2"))
    assert not history.can_redo
    assert schematic.setting("seed") == "2"


def test_an_edit_without_effect_is_no_step() -> None:
    schematic, history = start()
    assert not history.do("Move", arrange.move(schematic, ["b1"], 0, 0))
    assert not history.can_undo and not history.dirty


def test_dirty_follows_the_saved_point() -> None:
    schematic, history = start()
    assert not history.dirty
    history.do("Seed", edits.set_setting(schematic, "seed", "1"))
    assert history.dirty
    history.mark_saved()
    assert not history.dirty
    history.undo()
    assert history.dirty
    history.redo()
    assert not history.dirty
    history.undo()
    history.do("Seed", edits.set_setting(schematic, "seed", "2"))
    history.undo()
    assert history.dirty, "the saved state was forgotten with the redo list"


def test_a_drag_is_one_step_and_stops_at_the_saved_point() -> None:
    schematic, history = start()
    first = aann_file.dumps(schematic)
    for _ in range(5):
        history.do("Move", arrange.move(schematic, ["b1"], 1, 0), merge="move b1")
    history.break_merge()
    history.do("Move", arrange.move(schematic, ["b1"], 1, 0), merge="move b1")
    assert schematic.top.instances["b1"].at == (10, 6)
    history.undo()
    assert schematic.top.instances["b1"].at == (9, 6)
    history.undo()
    assert aann_file.dumps(schematic) == first and not history.can_undo
    history.do("Tune", edits.set_parameter(schematic, TOP, "b1", "K_m", "1n"), merge="tune")
    history.mark_saved()
    history.do("Tune", edits.set_parameter(schematic, TOP, "b1", "K_m", "2n"), merge="tune")
    assert history.dirty
    history.undo()
    assert not history.dirty
    assert schematic.top.instances["b1"].parameters["K_m"] == "1n"


def test_a_drag_back_to_the_start_leaves_nothing() -> None:
    schematic, history = start()
    history.do("Move", arrange.move(schematic, ["b1"], 1, 0), merge="move")
    history.do("Move", arrange.move(schematic, ["b1"], -1, 0), merge="move")
    assert not history.can_undo and not history.dirty


def test_memory_is_bounded_and_the_newest_edits_stay() -> None:
    schematic = Schematic()
    history = History(schematic, max_weight=10)
    for number in range(30):
        history.do("Seed", edits.set_setting(schematic, "seed", str(number + 1)))
    steps = 0
    while history.undo():
        steps += 1
    assert steps == 10
    assert schematic.setting("seed") == "20"
    assert history.dirty, "the state that was saved is out of reach"
    wide = Dataset(XOR.inputs, XOR.targets, XOR.rows * 1000)
    history.do("Data", edits.set_dataset(schematic, "wide", wide))
    history.do("Seed", edits.set_setting(schematic, "seed", "x"))
    assert history.undo() and not history.undo(), "rows count: 12,000 values are more than this history may keep"


def test_an_edit_that_does_not_fit_changes_nothing() -> None:
    schematic, history = start()
    before = aann_file.dumps(schematic)
    good = arrange.move(schematic, ["b1"], 3, 3)
    stale = Change("settings", "seed", "not what is there", "1")
    for bad in (stale, Change("instances", "b1", None, None, "nowhere"), Change("wires", "w", None, 1, "nowhere")):
        if bad.before == bad.after:
            continue
        with pytest.raises(ValueError, match="not what the change expects"):
            history.do("Bad", (*good, bad))
        assert aann_file.dumps(schematic) == before
        assert not history.can_undo


def test_composition_keeps_first_and_last() -> None:
    a, b = Change("settings", "seed", None, "1"), Change("settings", "seed", "1", "2")
    assert composed((a, b)) == (Change("settings", "seed", None, "2"),)
    assert composed((a, a.reversed())) == ()


# -- soak against a model --------------------------------------------------------------------------------------------


def random_edit(schematic: Schematic, source: random.Random) -> Changes:
    """Some edit of any kind. May raise ProblemError, as for a person."""
    top = schematic.top
    blocks, wires = sorted(top.instances), sorted(top.wires)
    items = blocks + sorted(top.junctions)
    some = source.sample(items + wires, min(len(items) + len(wires), source.randint(1, 4))) if items else []
    at = (source.randint(-50, 50), source.randint(-50, 50))
    kind = source.randrange(16)
    if kind <= 2 or len(blocks) < 4:
        return edits.place(schematic, "multiplier", at, rotation=90 * source.randrange(4), mirrored=at[0] > 0)
    if kind <= 6:
        return wiring.connect(schematic, _end(schematic, source), _end(schematic, source), [at] * source.randrange(3))
    if kind == 7 or len(blocks) > 30:
        return wiring.delete(schematic, some)
    if kind == 8:
        return arrange.move(schematic, some, *at)
    if kind == 9:
        return arrange.rotate(schematic, some, source.randint(1, 3))
    if kind == 10:
        return arrange.mirror(schematic, some, vertical=at[0] > 0)
    if kind == 11:
        text = source.choice((None, "1n", "k0", "nonsense"))
        return edits.set_parameter(schematic, TOP, source.choice(blocks), "K_m", text)
    if kind == 12:
        return edits.rename(schematic, TOP, source.choice(blocks), f"M{source.randrange(40)}")
    if kind == 13:
        return clipboard.duplicate(schematic, some, at)
    if kind == 14:
        return edits.set_document_parameter(schematic, "k0", source.choice((None, "50n", "2*k1")))
    if wires and source.random() < 0.7:
        return wiring.set_corners(schematic, source.choice(wires), [at])
    return edits.set_dataset(schematic, "xor", None if "xor" in schematic.datasets else XOR)


def _end(schematic: Schematic, source: random.Random) -> wiring.WireEnd:
    top = schematic.top
    at = (source.randint(-50, 50), source.randint(-50, 50))
    if top.wires and source.random() < 0.3:
        return wiring.OnWire(source.choice(sorted(top.wires)), at)
    if source.random() < 0.1:
        return wiring.Free(at)
    if top.junctions and source.random() < 0.2:
        return End(source.choice(sorted(top.junctions)))
    return End(source.choice(sorted(top.instances)), source.choice(("V1", "V2", "I")))


def soak(count: int, seed: int) -> tuple[int, int]:
    """Random edits, undos and redos against a list of saved texts; edits done and refused."""
    source = random.Random(seed)
    schematic = Schematic()
    history = History(schematic)
    texts, position = [aann_file.dumps(schematic)], 0
    done = refused = 0
    while done + refused < count:
        choice = source.random()
        if choice < 0.15:
            position -= history.undo()
        elif choice < 0.25:
            position += history.redo()
        else:
            try:
                effective = history.do("edit", random_edit(schematic, source))
            except ProblemError:
                refused += 1
                effective = False
            if effective:
                done += 1
                position += 1
                texts[position:] = [aann_file.dumps(schematic)]
        assert aann_file.dumps(schematic) == texts[position]
        if source.random() < 0.02:
            aann_file.loads(texts[position])  # every state can be saved and opened again
    while history.undo():
        position -= 1
        assert aann_file.dumps(schematic) == texts[position]
    assert position == 0
    while history.redo():
        position += 1
        assert aann_file.dumps(schematic) == texts[position]
    assert position == len(texts) - 1
    return done, refused


def test_soak_2_000_edits() -> None:
    done, refused = soak(2_000, 1)
    assert done > 1_000 and refused > 50


@pytest.mark.soak
def test_soak_100_000_edits() -> None:
    for seed in range(20):
        soak(5_000, 100 + seed)
