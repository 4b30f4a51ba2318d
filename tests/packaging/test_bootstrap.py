"""Set-up on machines unlike this one: stamps, privileges, the line that is printed instead of an installation."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
V311 = (3, 11)


def load_bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "packaging" / "bootstrap.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bootstrap = load_bootstrap()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout with locks and a `.venv` that Python 3.11 made there, with no stamp yet."""
    (tmp_path / "packaging").mkdir()
    for name in ("runtime.lock", "dev.lock", "build.lock"):
        (tmp_path / "packaging" / name).write_text(name)
    (tmp_path / "pyproject.toml").write_text("[project]")
    python = bootstrap.venv_python(tmp_path)
    python.parent.mkdir(parents=True)
    python.write_text("")
    settings = f"version = 3.11.2\ncommand = /usr/bin/python3 -m venv {tmp_path / '.venv'}\n"
    (tmp_path / ".venv" / "pyvenv.cfg").write_text(settings)
    return tmp_path


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that set-up would run; none is run."""
    recorded: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "run", recorded.append)
    return recorded


def test_second_set_up_runs_nothing(tree: Path, commands: list[list[str]]) -> None:
    assert bootstrap.install_python_packages(tree, "run", V311)
    assert [command[-1] for command in commands if "--require-hashes" in command] == [
        str(tree / "packaging" / "build.lock"),
        str(tree / "packaging" / "runtime.lock"),
    ]
    commands.clear()
    assert not bootstrap.install_python_packages(tree, "run", V311)
    assert commands == []


def test_the_engine_is_compiled_by_training_a_shipped_example(tree: Path, commands: list[list[str]]) -> None:
    bootstrap.compile_kernels(tree)
    ((*_, module, command, example, option, epochs),) = commands
    assert (module, command, option, epochs) == ("app", "run", "--epochs", "1")
    assert (ROOT / Path(example).relative_to(tree)).is_file()


def test_set_up_goes_on_where_the_engine_cannot_be_compiled(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_command: list[str]) -> None:
        raise bootstrap.SetUpError("no compiler")

    monkeypatch.setattr(bootstrap, "run", fails)
    bootstrap.compile_kernels(tree)
    assert "no compiler" in capsys.readouterr().err


@pytest.mark.parametrize("changed", ["packaging/runtime.lock", "packaging/build.lock", "pyproject.toml"])
def test_a_changed_file_repeats_the_installation(tree: Path, commands: list[list[str]], changed: str) -> None:
    bootstrap.install_python_packages(tree, "run", V311)
    (tree / changed).write_text("changed")
    commands.clear()
    bootstrap.install_python_packages(tree, "run", V311)
    assert commands != []


def test_the_tests_environment_also_runs_the_program_but_not_the_reverse(
    tree: Path, commands: list[list[str]]
) -> None:
    bootstrap.install_python_packages(tree, "dev", V311)
    assert bootstrap.is_installed(tree, "run")
    (tree / ".venv" / "dev.stamp").unlink()
    bootstrap.install_python_packages(tree, "run", V311)
    assert not bootstrap.is_installed(tree, "dev")


def test_a_failed_installation_leaves_no_stamp(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_command: list[str]) -> None:
        raise bootstrap.SetUpError("no network")

    monkeypatch.setattr(bootstrap, "run", fails)
    with pytest.raises(bootstrap.SetUpError, match="no network"):
        bootstrap.install_python_packages(tree, "run", V311)
    assert not bootstrap.is_installed(tree, "run")


def test_an_environment_of_another_python_or_place_does_not_fit(tree: Path) -> None:
    assert bootstrap.venv_fits(tree, V311)
    assert not bootstrap.venv_fits(tree, (3, 13))
    moved = tree.with_name(tree.name + "-moved")
    tree.rename(moved)
    assert not bootstrap.venv_fits(moved, V311)


@pytest.mark.parametrize(("version", "good"), [((3, 10), False), (V311, True), ((3, 13), True), ((3, 14), False)])
def test_python_versions(version: tuple[int, int], good: bool) -> None:
    if good:
        bootstrap.check_python(version)
    else:
        with pytest.raises(bootstrap.SetUpError, match=r"PYTHON=python3\.11"):
            bootstrap.check_python(version)


def which_of(*programs: str):  # type: ignore[no-untyped-def]
    return lambda name: f"/usr/bin/{name}" if name in programs else None


@pytest.mark.parametrize(
    ("uid", "programs", "sudo_works", "words"),
    [
        (0, ("apt-get",), False, []),
        (1000, ("apt-get", "sudo"), True, ["sudo", "-n"]),
        (1000, ("apt-get", "sudo"), False, None),
        (1000, ("apt-get",), False, None),
        (0, (), False, None),
    ],
)
def test_who_may_install(uid: int, programs: tuple[str, ...], sudo_works: bool, words: list[str] | None) -> None:
    assert bootstrap.privilege(uid, which_of(*programs), lambda: sudo_works) == words


def test_missing_tools_are_named_by_their_packages(tree: Path) -> None:
    assert bootstrap.missing_packages(tree, "dev", which_of("ngspice", "wmctrl")) == ["xvfb", "openbox", "xdotool"]
    assert bootstrap.missing_packages(tree, "run", which_of()) == []


def test_without_rights_the_line_is_printed_and_running_goes_on(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], commands: list[list[str]]
) -> None:
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap, "privilege", lambda: None)
    monkeypatch.setattr(bootstrap, "missing_packages", lambda _root, _kind: ["libegl1", "libxcb-icccm4"])
    bootstrap.set_up_system(tree, "run")
    said = capsys.readouterr()
    assert "sudo apt-get install --no-install-recommends libegl1 libxcb-icccm4" in said.err
    assert said.out == ""
    assert commands == []
    with pytest.raises(bootstrap.SetUpError, match="the tests need: libegl1 libxcb-icccm4"):
        bootstrap.set_up_system(tree, "dev")


def test_with_rights_apt_is_called_without_questions(
    tree: Path, monkeypatch: pytest.MonkeyPatch, commands: list[list[str]]
) -> None:
    answers = iter([["xvfb"], []])
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap, "privilege", lambda: ["sudo", "-n"])
    monkeypatch.setattr(bootstrap, "missing_packages", lambda _root, _kind: next(answers))
    bootstrap.set_up_system(tree, "dev")
    update, install = commands
    assert update[:3] == ["sudo", "-n", "env"] and update[-1] == "update"
    assert "DEBIAN_FRONTEND=noninteractive" in install
    assert install[-4:] == ["-y", "--no-install-recommends", "install", "xvfb"]


def test_an_installation_that_fails_is_not_taken_for_done(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_command: list[str]) -> None:
        raise bootstrap.SetUpError("mirror away")

    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap, "privilege", list)
    monkeypatch.setattr(bootstrap, "missing_packages", lambda _root, _kind: ["xvfb"])
    monkeypatch.setattr(bootstrap, "run", fails)
    with pytest.raises(bootstrap.SetUpError, match="the tests need: xvfb"):
        bootstrap.set_up_system(tree, "dev")
    bootstrap.set_up_system(tree, "run")


def test_a_failing_command_shows_what_it_said() -> None:
    with pytest.raises(bootstrap.SetUpError, match="the reason"):
        bootstrap.run([sys.executable, "-c", "print('the reason'); raise SystemExit(3)"])


def test_standard_library_only() -> None:
    """Set-up runs where nothing is installed: isolated, without site-packages."""
    command = [sys.executable, "-I", "-S", str(ROOT / "packaging" / "bootstrap.py"), "--help"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
