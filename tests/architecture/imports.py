"""Every import of the project, read from its source without running it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Import:
    """`importer` imports the module `imported`; `deferred` when inside a function."""

    importer: str
    imported: str
    line: int
    deferred: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def modules(root: Path = ROOT) -> dict[str, Path]:
    """Dotted name -> file of every module of app and blocks; a package is named by its folder."""
    found: dict[str, Path] = {}
    for package in ("app", "blocks"):
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(name: str, source: str, is_package: bool, known: set[str]) -> Iterator[Import]:
    """The imports in one module's source; `from p import m` names p.m where that is a module in `known`, else p."""
    home = name.split(".") if is_package else name.split(".")[:-1]
    for node, deferred in _walk(ast.parse(source), False):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(name, alias.name, node.lineno, deferred)
        elif isinstance(node, ast.ImportFrom):
            base = home[: len(home) - node.level + 1] if node.level else []
            origin = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            for alias in node.names:
                inner = f"{origin}.{alias.name}"
                yield Import(name, inner if inner in known else origin, node.lineno, deferred)


def _walk(node: ast.AST, deferred: bool) -> Iterator[tuple[ast.AST, bool]]:
    yield node, deferred
    inside = deferred or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, inside)


def all_imports() -> list[Import]:
    """Every import of app and blocks, itself excluded."""
    found = modules()
    known = set(found)
    return [
        item
        for name, path in found.items()
        for item in imports_of(name, path.read_text("utf-8"), path.name == "__init__.py", known)
        if item.imported != name
    ]


def is_own(module: str) -> bool:
    return module.split(".")[0] in ("app", "blocks")


def is_third_party(module: str) -> bool:
    return not is_own(module) and module.split(".")[0] not in sys.stdlib_module_names
