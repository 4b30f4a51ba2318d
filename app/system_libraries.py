"""Which of Qt's system libraries are missing here: the loader is asked, and Debian's package names derived.

Standard library only, because set-up asks before anything is installed.
"""

from __future__ import annotations

import ctypes
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

# What a window and an offscreen picture load at run time. Qt's own message names xcb-cursor0 whichever is missing.
QT_FILES = (
    "Qt/plugins/platforms/libqoffscreen.so",
    "Qt/plugins/platforms/libqxcb.so",
    "Qt/plugins/xcbglintegrations/libqxcb-egl-integration.so",
    "Qt/plugins/xcbglintegrations/libqxcb-glx-integration.so",
    "Qt/plugins/iconengines/libqsvgicon.so",
    "QtWidgets.abi3.so",
    "QtSvg.abi3.so",
    "QtPrintSupport.abi3.so",
)

# Sonames whose Debian package is not named after them.
_IRREGULAR = {
    "libGLdispatch.so.0": "libglvnd0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libgio-2.0.so.0": "libglib2.0-0",
    "libbrotlidec.so.1": "libbrotli1",
    "libbrotlicommon.so.1": "libbrotli1",
    "libz.so.1": "zlib1g",
}

_NOT_FOUND = re.compile(r"^\s*(\S+) => not found\s*$", re.MULTILINE)
_SONAME = re.compile(r"^(?P<base>.+)\.so\.(?P<version>\d+)$")


def parse_missing(ldd_output: str) -> tuple[str, ...]:
    """The sonames that `ldd` could not find, sorted, each once."""
    return tuple(sorted(set(_NOT_FOUND.findall(ldd_output))))


def debian_package(soname: str) -> str:
    """The Debian package that holds `soname` by Debian's naming rule (libX11.so.6 -> libx11-6).

    A soname outside the rule is returned as it is, so that apt names it rather than nobody.
    """
    if soname in _IRREGULAR:
        return _IRREGULAR[soname]
    match = _SONAME.match(soname)
    if match is None:
        return soname
    base = match["base"].lower().replace("_", "-")
    hyphen = "-" if base[-1].isdigit() else ""
    return f"{base}{hyphen}{match['version']}"


def debian_packages(sonames: Iterable[str]) -> tuple[str, ...]:
    """The Debian packages for `sonames`, sorted, each once."""
    return tuple(sorted({debian_package(soname) for soname in sonames}))


def apt_line(packages: Iterable[str]) -> str:
    """What to type to install Debian packages."""
    return "sudo apt-get install --no-install-recommends " + " ".join(packages)


def x11_window_opens(pyside_folder: Path) -> bool:
    """Whether the loader accepts Qt's X11 plugin. Milliseconds; Qt itself aborts the process where it does not."""
    plugin = pyside_folder / "Qt/plugins/platforms/libqxcb.so"
    try:
        ctypes.CDLL(str(plugin))
    except OSError:
        return False
    return True


def missing_libraries(pyside_folder: Path) -> tuple[str, ...]:
    """The sonames that the Qt in `pyside_folder` needs and the loader does not find; () away from Linux.

    Raises OSError when there is no `ldd` to ask.
    """
    files = [str(pyside_folder / name) for name in QT_FILES if (pyside_folder / name).exists()]
    if not sys.platform.startswith("linux") or not files:
        return ()
    answer = subprocess.run(["ldd", *files], capture_output=True, text=True, check=False)
    return parse_missing(answer.stdout)
