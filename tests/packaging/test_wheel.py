"""The wheel: built from the tracked files, it carries the resources and runs from another place."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from app import __version__

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("app", "blocks", "resources", "pyproject.toml", "README.md", "LICENSE")


def tracked(*paths: str) -> list[str]:
    command = ["git", "ls-files", "-z", "--", *paths]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listing.split("\0") if name and (ROOT / name).exists()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the tracked files, built apart, because setuptools leaves folders behind."""
    tree = tmp_path_factory.mktemp("tree")
    for name in tracked(*SOURCES):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tree / name)
    build = "import setuptools.build_meta as backend; print(backend.build_wheel('dist'))"
    done = subprocess.run([sys.executable, "-c", build], cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return tree / "dist" / done.stdout.splitlines()[-1]


def test_the_wheel_carries_every_module_and_resource(wheel: Path) -> None:
    expected = {name for name in tracked("app", "blocks") if name.endswith((".py", ".c"))}
    expected |= {"app/_resources/" + name.removeprefix("resources/") for name in tracked("resources")}
    carried = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert carried == expected


def test_the_wheel_runs_where_it_is_unpacked(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    code = "import app.cli, app.paths, sys; print(app.paths.resources()); sys.exit(app.cli.main(['--version']))"
    command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(site)!r}); {code}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    resources, version = done.stdout.splitlines()
    assert Path(resources) == site / "app" / "_resources"
    assert __version__ in version
