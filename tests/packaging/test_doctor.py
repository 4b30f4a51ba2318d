"""`aann doctor`: what it finds on good and bad machines, and that it needs no Qt to say so."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app import doctor, paths, system_libraries
from app.errors import Problem


def test_a_machine_that_passed_set_up_is_healthy() -> None:
    report = doctor.examine({"DISPLAY": ":7"})
    facts = {fact.name: fact.value for fact in report.facts}
    assert report.healthy
    assert facts["PySide6-Essentials"].startswith("6.10.")
    assert facts["Qt's system libraries"] == "complete"
    assert facts["ngspice"].startswith("ngspice-")
    assert facts["display"] == "DISPLAY=:7"
    assert report.problems == ()


def test_report_as_text_and_as_json() -> None:
    report = doctor.examine({})
    assert [problem.code for problem in report.problems] == ["no-display"]
    assert "no-display" in json.dumps(report.as_dict())
    assert "Set DISPLAY" in str(report)
    assert all(fact.name in str(report) for fact in report.facts)


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_unsupported_python(version: tuple[int, int]) -> None:
    problem = doctor.python_fact(version, "x").problem
    assert problem is not None and problem.code == "python-version" and "3.11 to 3.13" in problem.cure


def test_missing_package_is_an_error() -> None:
    fact = doctor.package_fact("no-such-distribution")
    assert fact.value == "missing"
    assert not doctor.Report((fact,)).healthy


def test_missing_system_libraries_give_the_line_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "missing_libraries", lambda _folder: ("libEGL.so.1", "libxcb-icccm.so.4"))
    fact = doctor.libraries_fact(Path("anywhere"))
    assert isinstance(fact.problem, Problem)
    assert fact.problem.cure.endswith(system_libraries.apt_line(["libegl1", "libxcb-icccm4"]))
    assert doctor.Report((fact,)).healthy


def test_a_machine_without_ldd_is_reported_not_crashed(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_folder: Path) -> tuple[str, ...]:
        raise FileNotFoundError("ldd")

    monkeypatch.setattr(doctor, "missing_libraries", absent)
    assert doctor.libraries_fact(Path("anywhere")).value == "not asked: ldd"


@pytest.mark.parametrize(
    ("environment", "system", "value"),
    [
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux", "WAYLAND_DISPLAY=wayland-0"),
        ({"DISPLAY": ""}, "linux", "none"),
        ({}, "darwin", "the system's own"),
    ],
)
def test_display(environment: dict[str, str], system: str, value: str) -> None:
    assert doctor.display_fact(environment, system).value == value


def test_missing_ngspice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda _name: None)
    problem = doctor.ngspice_fact().problem
    assert problem is not None and problem.severity == "note" and "ngspice" in problem.cure


def test_cache_folder_of_this_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    fact = doctor.cache_fact()
    assert fact.problem is None
    assert fact.value == str(tmp_path / "aann-studio")


def test_cache_folder_that_others_may_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    paths.user_cache().chmod(0o777)
    problem = doctor.cache_fact().problem
    assert problem is not None and problem.code == "cache-open"


def test_cache_folder_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    problem = doctor.cache_fact().problem
    assert problem is not None and problem.code == "cache-unwritable"


def test_cache_folder_that_is_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(doctor.os, "access", lambda _path, mode: mode != os.W_OK)
    problem = doctor.cache_fact().problem
    assert problem is not None and problem.found == "not writable"


X11 = {"DISPLAY": ":0"}


def test_a_window_can_open_after_set_up() -> None:
    assert doctor.window_problem(X11) is None


def test_a_plugin_that_the_loader_refuses_is_told_before_qt_aborts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "x11_window_opens", lambda _folder: False)
    monkeypatch.setattr(doctor, "missing_libraries", lambda _folder: ("libxcb-cursor.so.0",))
    problem = doctor.window_problem(X11)
    assert problem is not None and problem.cure.endswith("libxcb-cursor0")
    for other in ({}, {**X11, "WAYLAND_DISPLAY": "wayland-0"}, {**X11, "QT_QPA_PLATFORM": "offscreen"}):
        assert doctor.window_problem(other) is None


def test_the_loader_refuses_what_is_no_library(tmp_path: Path) -> None:
    plugin = tmp_path / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    plugin.parent.mkdir(parents=True)
    plugin.write_text("not a library")
    assert not system_libraries.x11_window_opens(tmp_path)
