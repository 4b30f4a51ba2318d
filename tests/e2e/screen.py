"""A screen of its own with a window manager, and hands: mouse and keys, nothing else, as a person has them."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SIZE = (1440, 900)
TOOLS = ("Xvfb", "openbox", "xdotool", "wmctrl")
PATIENCE = 60.0  # seconds; kernels may have to be compiled


def missing() -> list[str]:
    """Which of the tools this machine lacks."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


class Screen:
    """An X server on a free display."""

    def __init__(self) -> None:
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp",
             "-noreset"],
            pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as stream:  # to the end of the line: a server that cannot write all of it gives up
            ready, _, _ = select.select([stream], [], [], PATIENCE)
            number = stream.readline().strip() if ready else ""
        if not number:
            self._server.kill()
            raise RuntimeError("Xvfb does not start")
        self.environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("QT_", "WAYLAND", "XDG_DATA"))
        }
        self.environment |= {"DISPLAY": f":{number}", "LC_ALL": "C.UTF-8"}
        self._manager = subprocess.Popen(
            ["openbox"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(lambda: "_NET_SUPPORTING_WM_CHECK" not in self.ask("wmctrl", "-m"), "the window manager")

    def close(self) -> None:
        for process in (self._manager, self._server):
            process.terminate()
            process.wait(10)

    def ask(self, *command: str) -> str:
        """What a tool prints, errors too."""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    # -- hands --------------------------------------------------------------------------------------------------

    def key(self, *keys: str) -> None:
        """Press keys one after the other, such as `ctrl+s`."""
        for key in keys:
            self._xdotool("key", "--clearmodifiers", key)

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "8", text)

    def move(self, x: float, y: float) -> None:
        self._xdotool("mousemove", str(round(x)), str(round(y)))

    def click(self, x: float, y: float, times: int = 1) -> None:
        self.move(x, y)
        self._xdotool("click", "--repeat", str(times), "--delay", "40", "1")

    def choose(self, key: str, title: str, text: str) -> None:
        """Open a list by its key, type into it when it is there, and take the first row."""
        self.key(key)
        wait_until(lambda: self.ask("xdotool", "search", "--onlyvisible", "--name", title).strip().isdigit(), title)
        self.type(text)
        self.key("Return")

    def _xdotool(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self.environment, check=True, timeout=20)
        time.sleep(0.03)


class Program:
    """`aann` as a process on a screen, with a person's folder of its own."""

    def __init__(self, screen: Screen, home: Path, *files: str) -> None:
        self.screen = screen
        environment = screen.environment | {"XDG_DATA_HOME": str(home), "PYTHONPATH": str(ROOT)}
        self._log = open(home / "output.txt", "ab")  # noqa: SIM115 - open as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app", *files], env=environment, cwd=ROOT, stdout=self._log, stderr=self._log
        )
        self._output = home / "output.txt"

    @property
    def titles(self) -> list[str]:
        """Of all windows on the screen."""
        lines = self.screen.ask("wmctrl", "-l").splitlines()
        return [line.split(None, 3)[3] for line in lines if len(line.split(None, 3)) == 4]

    def wait_for_title(self, part: str) -> None:
        wait_until(lambda: any(part in title for title in self.titles), f"a window named {part!r}, not {self.titles}")

    def fill_screen(self, part: str) -> None:
        """The window as large as the screen, at its upper left, without the manager's frame, in front."""
        self.wait_for_title(part)
        self.screen.ask("wmctrl", "-r", part, "-b", "add,fullscreen")
        self.screen.ask("wmctrl", "-a", part)
        time.sleep(0.4)

    def close_window(self, part: str) -> None:
        """As by its close button."""
        self.screen.ask("wmctrl", "-c", part)

    def wait(self, seconds: float) -> int:
        """The exit code."""
        return self._process.wait(seconds)

    @property
    def said(self) -> str:
        return self._output.read_text(errors="replace")

    def end(self) -> None:
        """After a test, whatever happened in it."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)
        self._log.close()


def wait_until(met: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not met():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.05)
