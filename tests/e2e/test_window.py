"""The whole program as a person has it: a real window, a window manager, mouse and keys."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.document import aann_file
from app.document.schematic import TOP, Instance
from tests.e2e.screen import TOOLS, Program, Screen, missing, wait_until

pytestmark = pytest.mark.e2e
MIDDLE = (720, 340)  # well inside the canvas of a window that fills the screen
GRID = 10  # px of a grid unit at 100 %
ROWS = "x1,x2,t1\n-1,-1,0.2\n-1,1,0.8\n1,-1,0.8\n1,1,0.8\n"


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    assert not missing(), f"install {', '.join(TOOLS)}: packaging/bootstrap.py dev does"
    screen = Screen()
    yield screen
    screen.close()


Start = Callable[..., Program]


@pytest.fixture
def start(screen: Screen, tmp_path: Path) -> Iterator[Start]:
    """Starts the program for a person who has used it before (`new`: never)."""
    running: list[Program] = []

    def started(*files: str, new: bool = False) -> Program:
        folder = tmp_path / "home" / "aann-studio"
        folder.mkdir(parents=True, exist_ok=True)
        if not new:
            (folder / "settings.ini").write_text("[General]\nstarted=yes\n")
        running.append(Program(screen, folder.parent, *files))
        return running[-1]

    yield started
    for program in running:
        program.end()


class Sheet:
    """Where grid points are on the screen: found out by placing blocks, as nothing else can be asked."""

    def __init__(self, screen: Screen, path: Path) -> None:
        self.screen, self.path = screen, path
        self._origin = (0.0, 0.0)

    def saved(self) -> dict[str, Instance]:
        """The blocks by name, after saving with Ctrl+S."""
        before = self.path.stat().st_mtime_ns
        self.screen.key("ctrl+s")
        wait_until(lambda: self.path.stat().st_mtime_ns != before, "the file to be saved", 10)
        instances = aann_file.load(self.path).schematic.sheets[TOP].instances.values()
        return {instance.name: instance for instance in instances}

    def calibrate(self) -> None:
        """Five grounds, each 2 px further within its grid square: where the grid point jumps, a square begins."""
        self.insert("ground")
        places = [(MIDDLE[0] + 42 * k, MIDDLE[1] + 42 * k) for k in range(5)]
        for x, y in places:
            self.screen.click(x, y)
        self.screen.key("Escape")
        found = self.saved()
        self.screen.key(*["ctrl+z"] * 5)
        # The pointer holds a ground by its middle, (1, 1); it snaps to the nearest grid point.
        across, down = (
            [place[axis] - GRID * (found[f"G{k + 1}"].at[axis] + 1) for k, place in enumerate(places)]
            for axis in (0, 1)
        )
        self._origin = (sum(across) / 5, sum(down) / 5)

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self._origin[0] + GRID * x, self._origin[1] + GRID * y

    def insert(self, name: str) -> None:
        """Begin placing through the list at the cursor."""
        self.screen.move(*MIDDLE)
        self.screen.choose("a", "Insert a block", name)

    def place(self, name: str, x: float, y: float) -> None:
        self.insert(name)
        self.screen.click(*self.at(x, y))
        self.screen.key("Escape")

    def wire(self, first: tuple[float, float], last: tuple[float, float]) -> None:
        """Click on a pin, click on another."""
        self.screen.click(*self.at(*first))
        self.screen.click(*self.at(*last))


def choose_file(screen: Screen, program: Program, title: str, path: Path) -> None:
    """Type a name into a file dialog."""
    program.wait_for_title(title)
    time.sleep(0.2)
    screen.key("ctrl+a")
    screen.type(str(path))
    screen.key("Return")


def state_of(path: Path) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(path.read_text())["state"]
    return state


def test_a_neuron_is_drawn_runs_learns_is_frozen_saved_and_opened_again(
    screen: Screen, start: Start, tmp_path: Path
) -> None:
    (tmp_path / "or.csv").write_text(ROWS)
    path = tmp_path / "neuron.aann"
    program = start()
    program.fill_screen("AANN Studio")
    screen.key("ctrl+n")
    program.wait_for_title("untitled")
    screen.key("ctrl+shift+s")
    choose_file(screen, program, "Save as", path)
    wait_until(path.exists, "the new file")
    sheet = Sheet(screen, path)
    sheet.calibrate()
    screen.key("ctrl+shift+i")
    choose_file(screen, program, "Import a dataset", tmp_path / "or.csv")
    draw(sheet)
    blocks = sheet.saved()
    assert {entry.type for entry in blocks.values()} == {"dataset", "neuron", "type1", "v_teach"}
    screen.key("ctrl+shift+bracketright", "F5")
    wait_until(lambda: learned(sheet, 50), "fifty epochs", 30)
    screen.key("t")
    sheet.saved()
    first = state_of(path)
    wait_until(lambda: learned(sheet, first["epoch"] + 20), "more epochs", 20)
    frozen = state_of(path)
    assert frozen["weights"] == first["weights"] and frozen["epoch"] > first["epoch"]
    screen.key("F5")
    sheet.saved()
    kept = state_of(path)
    program.close_window("neuron.aann")
    assert program.wait(20) == 0, program.said
    again = start(str(path))
    again.fill_screen("neuron.aann")
    sheet.saved()
    assert state_of(path) == kept and aann_file.load(path).schematic.top.instances
    again.close_window("neuron.aann")
    assert again.wait(20) == 0, again.said


def draw(sheet: Sheet) -> None:
    """Fig. 1's neuron with two inputs, its source, its error and its teacher, wired pin to pin."""
    # The pointer holds a block by the middle of its box.
    sheet.place("dataset", -14, 2)
    sheet.place("neuron", 4, 2)
    sheet.place("type1", 24, 2)
    sheet.place("v_teach", 4, -10)
    blocks = {entry.type: entry for entry in sheet.saved().values()}

    def pin(kind: str, x: int, y: int) -> tuple[float, float]:
        at = blocks[kind].at
        return at[0] + x, at[1] + y

    # Pins as the symbols have them: dataset column k (9, 2k+2); neuron of two inputs 12 x 9; Type1 6 x 5.
    sheet.wire(pin("dataset", 9, 4), pin("neuron", 0, 3))
    sheet.wire(pin("dataset", 9, 6), pin("neuron", 0, 5))
    sheet.wire(pin("neuron", 12, 3), pin("type1", 0, 2))
    sheet.wire(pin("type1", 3, 5), pin("neuron", 9, 9))
    sheet.wire(pin("v_teach", 8, 2), pin("neuron", 6, 0))
    sheet.wire(pin("dataset", 9, 8), pin("type1", 6, 2))


def learned(sheet: Sheet, epochs: int) -> bool:
    sheet.saved()
    state = json.loads(sheet.path.read_text()).get("state", {})
    return bool(state.get("epoch", 0) >= epochs)


def test_the_gallery_is_run_paused_changed_and_quit_while_running(
    screen: Screen, start: Start, tmp_path: Path
) -> None:
    path = tmp_path / "mine.aann"
    program = start()
    program.fill_screen("AANN Studio")
    screen.key("Return")  # XOR has the keyboard on the start page
    program.wait_for_title("xor")
    screen.key("ctrl+shift+bracketright", "F5")
    screen.choose("ctrl+f", "Find a block, a net or a value", "N3_1")
    screen.key("e")
    set_gain(screen)
    screen.key("F5", "ctrl+s")
    choose_file(screen, program, "Save as", path)
    wait_until(path.exists, "the saved copy")
    gains = [entry.parameters.get("gain") for entry in aann_file.load(path).schematic.top.instances.values()]
    assert "6" in gains
    sheet = Sheet(screen, path)
    wait_until(lambda: learned(sheet, 1), "learning to go on", 20)
    program.close_window("mine.aann")
    assert program.wait(20) == 0, program.said


def set_gain(screen: Screen) -> None:
    """The fifth row of the inspector: inputs, activation, multipliers, K_m, gain."""
    screen.key(*["Tab"] * 4, "ctrl+a")
    screen.type("6")
    screen.key("Return")


def test_the_first_start_opens_xor_running_and_closes_at_once(screen: Screen, start: Start) -> None:
    program = start(new=True)
    program.wait_for_title("xor")
    program.close_window("xor")
    assert program.wait(20) == 0, program.said
