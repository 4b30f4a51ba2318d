"""The arrows of ARCHITECTURE.md, proven from the source; and everything but the window without Qt."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import networkx as nx
import pytest

from tests.architecture.imports import ROOT, Import, all_imports, imports_of, is_own, is_third_party, modules

# Importable by all of app, importing nothing of it. Each with the libraries that it may use.
GROUND_FLOOR: dict[str, set[str]] = {
    "app": set(),
    "app.errors": set(),
    "app.garbage": set(),
    "app.paths": set(),
    "app.system_libraries": set(),
    "app.program": {"numpy"},
    "app.functions": {"numpy"},
}
ANY = {
    "blocks", "app.document", "app.circuit", "app.solve", "app.training", "app.export", "app.reproduce", "app.bench",
    "app.ui",
}  # fmt: skip
# Stage -> the stages that it may import, besides itself and the ground floor.
ARROWS: dict[str, set[str]] = {
    "app.document": {"blocks"},
    "app.circuit": {"app.document", "blocks"},
    "app.solve": set(),
    "app.training": {"app.document", "blocks", "app.circuit", "app.solve"},
    "app.export": {"app.document", "blocks", "app.circuit", "app.training"},
    "app.reproduce": {"app.document", "blocks", "app.circuit", "app.training", "app.export"},
    "app.bench": {"app.document", "blocks", "app.circuit", "app.solve", "app.training", "app.export"},
    "app.ui": ANY - {"app.ui", "app.bench"},
    "app.doctor": set(),
}
# The libraries of the stages that have a bound of their own.
LIBRARIES: dict[str, set[str]] = {
    "blocks": set(),
    "app.document": set(),
    "app.solve": {"numpy", "scipy", "numba", "llvmlite"},
    "app.doctor": set(),
}
QT = {"PySide6", "shiboken6", "pyqtgraph", "pytestqt"}


def stage_of(module: str) -> str:
    """`app.document.rules` -> `app.document`, `blocks.spec` -> `blocks`."""
    parts = module.split(".")
    return "blocks" if parts[0] == "blocks" else ".".join(parts[:2])


def arrow_is_wrong(item: Import) -> bool:
    """Whether a project-internal import points upward or sideways."""
    importer, imported = stage_of(item.importer), stage_of(item.imported)
    if importer == imported:
        return False
    if importer == "blocks" or importer in GROUND_FLOOR:
        return True
    if imported in GROUND_FLOOR:
        return False
    if importer in ARROWS:
        return imported not in ARROWS[importer]
    # The command line and what belongs to it reach everything, the window only where one is needed.
    return imported == "app.ui" and not item.deferred


def library_is_wrong(item: Import) -> bool:
    """Whether a stage uses a library that it must do without."""
    library, stage = item.imported.split(".")[0], stage_of(item.importer)
    if library in QT:
        return stage != "app.ui"
    allowed = GROUND_FLOOR.get(stage, LIBRARIES.get(stage))
    return allowed is not None and library not in allowed


def test_arrows() -> None:
    internal = [item for item in all_imports() if is_own(item.imported)]
    assert internal
    assert [str(item) for item in internal if arrow_is_wrong(item)] == []


def test_libraries() -> None:
    external = [item for item in all_imports() if is_third_party(item.imported)]
    assert external
    assert [str(item) for item in external if library_is_wrong(item)] == []


def test_no_two_modules_import_each_other() -> None:
    graph = nx.DiGraph((item.importer, item.imported) for item in all_imports() if is_own(item.imported))
    assert [sorted(group) for group in nx.strongly_connected_components(graph) if len(group) > 1] == []


def test_every_library_is_declared() -> None:
    """A library that only an extra brings is imported inside functions, where its absence can be told."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    distributions = {"PySide6": "PySide6-Essentials", "shiboken6": "PySide6-Essentials"}

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[<>=!~;\[ ]", requirement)[0] for requirement in requirements}

    required = names(project["dependencies"])
    optional = {name for extra in project["optional-dependencies"].values() for name in names(extra)}
    undeclared = [
        str(item)
        for item in all_imports()
        if is_third_party(item.imported)
        for library in [item.imported.split(".")[0]]
        if distributions.get(library, library) not in (required | optional if item.deferred else required)
    ]
    assert undeclared == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("blocks.spec", "from app.errors import Problem"),
        ("app.errors", "import app.paths"),
        ("app.document.schematic", "from app.circuit import flatten"),
        ("app.solve.kernels", "from blocks import spec"),
        ("app.solve.kernels", "def f():\n    from app.document.schematic import Schematic"),
        ("app.training.run", "import app.export.spice"),
        ("app.training.run", "from ..ui import bridge"),
        ("app.cli", "from app.ui import main_window"),
    ],
)
def test_a_wrong_arrow_is_seen(module: str, source: str) -> None:
    (item,) = imports_of(module, source, False, set(modules()))
    assert arrow_is_wrong(item)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("blocks.spec", "import numpy"),
        ("app.training.run", "from PySide6 import QtCore"),
        ("app.cli", "def f():\n    import pyqtgraph"),
        ("app.solve.kernels", "import networkx as nx"),
        ("app.errors", "import numpy"),
    ],
)
def test_a_wrong_library_is_seen(module: str, source: str) -> None:
    (item,) = imports_of(module, source, False, set())
    assert library_is_wrong(item)


WITHOUT_QT = """
import importlib, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"PySide6", "shiboken6", "pyqtgraph"}:
            raise ImportError("refused: " + name)

sys.meta_path.insert(0, Refuse())
"""
IMPORT = """
for name in sys.argv[1:]:
    importlib.import_module(name)
print(len(sys.argv) - 1, "modules")
"""
TRAIN = """
from app.cli import main
drawing, netlist, results = sys.argv[1:]
assert main(["new", "--layers", "2-2-1", "--dataset", "xor", "-o", drawing]) == 0
assert main(["check", drawing]) == 0
assert main(["run", drawing, "--epochs", "2", "--out", results]) == 0
assert main(["export", drawing, "--to", "spice", "-o", netlist]) == 0
"""


def in_process_without_qt(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_QT + code, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_everything_but_the_window_imports_without_qt() -> None:
    names = [name for name in modules() if stage_of(name) != "app.ui"]
    done = in_process_without_qt(IMPORT, *names)
    assert (done.stdout, done.stderr) == (f"{len(names)} modules\n", "")


def test_a_network_is_drawn_checked_trained_and_exported_without_qt(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("x.aann", "x.cir", "x.csv")]
    done = in_process_without_qt(TRAIN, *map(str, files))
    assert done.returncode == 0, done.stderr
    assert all(path.stat().st_size > 0 for path in files)


def test_that_process_does_refuse_qt() -> None:
    assert "refused: PySide6" in in_process_without_qt(IMPORT, "PySide6.QtCore").stderr
