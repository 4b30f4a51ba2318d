"""Where bundled resources and per-user folders are: in a checkout, a wheel, or a frozen program."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def resources() -> Path:
    """The folder that holds examples, datasets, themes, fonts and help."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        return Path(frozen) / "resources"
    package = Path(__file__).resolve().parent
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"


def user_data() -> Path:
    """The per-user folder for recovery journals, recent files and logs (created on demand, mode 0700)."""
    return _user_folder("XDG_DATA_HOME", "APPDATA", "Library/Application Support", ".local/share")


def user_cache() -> Path:
    """The per-user folder for compiled kernels (created on demand, mode 0700)."""
    return _user_folder("XDG_CACHE_HOME", "LOCALAPPDATA", "Library/Caches", ".cache")


def _user_folder(xdg: str, windows: str, mac: str, fallback: str) -> Path:
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get(windows, home / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = home / mac
    else:
        base = Path(os.environ.get(xdg) or home / fallback)
    folder = base / "aann-studio"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
