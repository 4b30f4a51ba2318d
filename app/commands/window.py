"""`aann [FILE ...]`: the window; without a display, XOR (or FILE) trained in the terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app import paths
from app.commands.headless import train
from app.doctor import window_problem
from app.errors import fail


def run(files: list[str]) -> int:
    for name in files:
        if not Path(name).exists():
            raise fail("cannot-read", name, "there is no such file", "check the name, or use aann new to make one")
    obstacle = window_problem()
    if obstacle is not None:
        print(f"{obstacle}\nThe network is trained here in the terminal.", file=sys.stderr)
    elif has_display():
        try:
            from app.ui import application
        except ImportError as error:
            print(f"The window cannot open ({error}); see aann doctor. Training in the terminal.", file=sys.stderr)
        else:
            code: int = application.open_window(files)
            return code
    else:
        print("There is no display, so the network is trained here in the terminal.", file=sys.stderr)
    return train(Path(files[0]) if files else paths.resources() / "examples" / "xor.aann")


def has_display() -> bool:
    """Whether a window can appear (or Qt was told to draw without one)."""
    if os.environ.get("QT_QPA_PLATFORM") or not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
