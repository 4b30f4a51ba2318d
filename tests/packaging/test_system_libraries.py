"""Asking the loader: what `ldd` prints, and the Debian packages that follow from it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from app import system_libraries
from app.system_libraries import apt_line, debian_package, debian_packages, missing_libraries, parse_missing

LDD = """\
/venv/PySide6/Qt/plugins/platforms/libqxcb.so:
\tlinux-vdso.so.1 (0x00007ffd0b5f2000)
\tlibQt6XcbQpa.so.6 => /venv/PySide6/Qt/plugins/platforms/../../lib/libQt6XcbQpa.so.6 (0x00007f1c2f000000)
\tlibxcb-icccm.so.4 => not found
\tlibX11-xcb.so.1 => /usr/lib/x86_64-linux-gnu/libX11-xcb.so.1 (0x00007f1c2efec000)
\tlibEGL.so.1 => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f1c2f6d9000)
/venv/PySide6/Qt/plugins/platforms/libqoffscreen.so:
\tlibEGL.so.1 => not found
\tlibglib-2.0.so.0 => not found
"""


def test_each_missing_library_is_named_once() -> None:
    assert parse_missing(LDD) == ("libEGL.so.1", "libglib-2.0.so.0", "libxcb-icccm.so.4")


def test_nothing_missing() -> None:
    assert parse_missing("\tlibc.so.6 => /lib/libc.so.6 (0x0)\n\tstatically linked\n") == ()


# The pairs are Debian 12's own (dpkg -S).
@pytest.mark.parametrize(
    ("soname", "package"),
    [
        ("libGL.so.1", "libgl1"),
        ("libEGL.so.1", "libegl1"),
        ("libGLX.so.0", "libglx0"),
        ("libGLdispatch.so.0", "libglvnd0"),
        ("libfontconfig.so.1", "libfontconfig1"),
        ("libfreetype.so.6", "libfreetype6"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libgthread-2.0.so.0", "libglib2.0-0"),
        ("libxkbcommon.so.0", "libxkbcommon0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libX11.so.6", "libx11-6"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libxcb.so.1", "libxcb1"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
        ("libxcb-render-util.so.0", "libxcb-render-util0"),
        ("libxcb-xkb.so.1", "libxcb-xkb1"),
        ("libz.so.1", "zlib1g"),
        ("libgcc_s.so.1", "libgcc-s1"),
        ("libpcre2-8.so.0", "libpcre2-8-0"),
    ],
)
def test_package_of_a_soname(soname: str, package: str) -> None:
    assert debian_package(soname) == package


def test_a_package_of_two_libraries_is_listed_once() -> None:
    assert debian_packages(["libgthread-2.0.so.0", "libglib-2.0.so.0", "libEGL.so.1"]) == ("libegl1", "libglib2.0-0")


def test_a_name_outside_the_rule_is_not_lost() -> None:
    assert debian_packages(["libodd-3.1.so"]) == ("libodd-3.1.so",)


def test_the_line_to_type() -> None:
    assert apt_line(["libegl1", "xvfb"]) == "sudo apt-get install --no-install-recommends libegl1 xvfb"


def test_only_files_that_exist_are_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = tmp_path / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    plugin.parent.mkdir(parents=True)
    plugin.write_bytes(b"")
    asked: list[list[str]] = []

    def loader(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 1, LDD, "")

    monkeypatch.setattr(system_libraries.sys, "platform", "linux")
    monkeypatch.setattr(system_libraries.subprocess, "run", loader)
    assert missing_libraries(tmp_path) == ("libEGL.so.1", "libglib-2.0.so.0", "libxcb-icccm.so.4")
    assert asked == [["ldd", str(plugin)]]


def test_no_qt_means_nothing_to_ask(tmp_path: Path) -> None:
    assert missing_libraries(tmp_path) == ()


def test_the_files_asked_about_are_in_the_installed_qt() -> None:
    import importlib.metadata

    folder = Path(str(importlib.metadata.distribution("PySide6-Essentials").locate_file("PySide6")))
    absent = [name for name in system_libraries.QT_FILES if not (folder / name).exists()]
    assert absent == []
