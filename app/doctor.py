"""What `aann doctor` reports about this machine: plain facts, and a Problem with its cure for each that is at fault.

No Qt import: the report must work exactly when Qt does not.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app import __version__, paths
from app.errors import Problem
from app.system_libraries import apt_line, debian_packages, missing_libraries, x11_window_opens

REQUIRED = ("PySide6-Essentials", "pyqtgraph", "numpy", "scipy", "networkx", "numba", "h5py")
OPTIONAL = ("torch", "distributed")
PYTHON_RANGE = ((3, 11), (3, 13))


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the report: what was looked at and what was found, with the Problem if it is at fault."""

    name: str
    value: str
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Report:
    facts: tuple[Fact, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(fact.problem for fact in self.facts if fact.problem is not None)

    @property
    def healthy(self) -> bool:
        """Whether the program can work; warnings (no window, no ngspice) still leave the command line."""
        return all(problem.severity != "error" for problem in self.problems)

    def as_dict(self) -> dict[str, object]:
        """The form that `--json` prints."""
        return {
            "facts": {fact.name: fact.value for fact in self.facts},
            "problems": [problem.as_dict() for problem in self.problems],
        }

    def __str__(self) -> str:
        width = max(len(fact.name) for fact in self.facts)
        table = [f"{fact.name:<{width}}  {fact.value}" for fact in self.facts]
        return "\n".join([*table, *(f"\n{problem}" for problem in self.problems)])


def examine(environment: Mapping[str, str] = os.environ) -> Report:
    """Look at this machine. `environment` names the display, as in os.environ."""
    return Report(
        (
            Fact("aann-studio", __version__),
            python_fact(sys.version_info[:2], platform.python_version()),
            Fact("system", platform.platform()),
            *(package_fact(name) for name in REQUIRED),
            *(Fact(name, _version(name) or "not installed (optional)") for name in OPTIONAL),
            libraries_fact(),
            display_fact(environment, sys.platform),
            ngspice_fact(),
            cache_fact(),
        )
    )


def python_fact(version: tuple[int, int], text: str) -> Fact:
    low, high = PYTHON_RANGE
    if low <= version <= high:
        return Fact("Python", text)
    span = f"{low[0]}.{low[1]} to {high[0]}.{high[1]}"
    return Fact("Python", text, Problem("python-version", "Python", f"version {text}", f"Use Python {span}."))


def package_fact(name: str) -> Fact:
    version = _version(name)
    if version is not None:
        return Fact(name, version)
    cure = f"Install it: {Path(sys.executable).name} -m pip install {name}"
    return Fact(name, "missing", Problem("package-missing", name, "not installed", cure))


def libraries_fact(pyside_folder: Path | None = None) -> Fact:
    """Ask the loader which of the system libraries that Qt's plugins need are missing."""
    name = "Qt's system libraries"
    folder = _pyside_folder() if pyside_folder is None else pyside_folder
    if folder is None:
        return Fact(name, "not asked: Qt is missing")
    try:
        missing = missing_libraries(folder)
    except OSError as error:
        return Fact(name, f"not asked: {error}")
    if not missing:
        return Fact(name, "complete")
    found = "missing " + " ".join(missing)
    cure = f"Install them: {apt_line(debian_packages(missing))}"
    return Fact(name, found, Problem("qt-libraries-missing", "Qt", found, cure, "warning"))


def window_problem(environment: Mapping[str, str] = os.environ) -> Problem | None:
    """Why Qt would abort rather than open a window on this X11 display; None where it opens, or reports by itself."""
    folder = _pyside_folder()
    if not sys.platform.startswith("linux") or folder is None:
        return None
    by_x11 = environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY")
    if not by_x11 or environment.get("QT_QPA_PLATFORM", "xcb") != "xcb" or x11_window_opens(folder):
        return None
    return libraries_fact(folder).problem


def display_fact(environment: Mapping[str, str], system: str) -> Fact:
    if not system.startswith("linux"):
        return Fact("display", "the system's own")
    for variable in ("WAYLAND_DISPLAY", "DISPLAY"):
        if environment.get(variable):
            return Fact("display", f"{variable}={environment[variable]}")
    cure = "Set DISPLAY to open the window; everything else works without."
    return Fact("display", "none", Problem("no-display", "display", "none", cure, "note"))


def ngspice_fact() -> Fact:
    program = shutil.which("ngspice")
    if program is not None:
        return Fact("ngspice", _ngspice_version(program))
    cure = f"Install it to simulate exported netlists: {apt_line(['ngspice'])}"
    return Fact("ngspice", "missing", Problem("ngspice-missing", "ngspice", "not installed", cure, "note"))


def cache_fact() -> Fact:
    """The folder of compiled kernels: this user may write it and nobody else, because what lies there is executed."""
    name = "kernel cache"
    try:
        folder = paths.user_cache()
        mode = folder.stat().st_mode
    except OSError as error:
        cure = "Set XDG_CACHE_HOME to a folder that you may write."
        return Fact(name, "none", Problem("cache-unwritable", name, str(error), cure, "warning"))
    if not os.access(folder, os.W_OK):
        cure = "Make it writable; until then kernels are compiled at every start."
        return Fact(name, str(folder), Problem("cache-unwritable", str(folder), "not writable", cure, "warning"))
    if os.name == "posix" and mode & (stat.S_IWGRP | stat.S_IWOTH):
        cure = f"Compiled code in it is executed; keep others out: chmod 700 {folder}"
        return Fact(name, str(folder), Problem("cache-open", str(folder), "others may write", cure, "warning"))
    return Fact(name, str(folder))


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _pyside_folder() -> Path | None:
    """Where Qt is installed, found without importing it."""
    try:
        return Path(str(importlib.metadata.distribution("PySide6-Essentials").locate_file("PySide6")))
    except importlib.metadata.PackageNotFoundError:
        return None


def _ngspice_version(program: str) -> str:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=20)
    line = next((line for line in answer.stdout.splitlines() if "ngspice" in line), "")
    return line.strip("* ").partition(" : ")[0] or program
