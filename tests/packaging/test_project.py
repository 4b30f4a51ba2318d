"""Promises of the tree as a whole: what is tracked, what is declared, what may not be written anywhere."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from app import __version__, doctor

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
TOP_LEVEL = {
    *("pyproject.toml", "README.md", "app", "blocks", "resources", "tests", "packaging"),
    *("Makefile", "CHANGELOG.md", "LICENSE", "ARCHITECTURE.md", ".ci", ".gitignore"),
}
# In parts, so that this file passes its own test.
MACHINE_PATH = re.compile("|".join(re.escape("/" + part) for part in ("work/", "root/", "home/", "Users/", "tmp/")))
REGISTRY = re.compile("|".join((r"(?<!no-emit-)index" + "-url", "pypi" + r"\.org", "files.python" + "hosted")))


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).exists()]


def text_of(path: Path) -> str:
    """The text of a tracked file; a binary one has none."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8")


def test_top_level_is_the_agreed_one() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= TOP_LEVEL


def test_packaging_is_no_package() -> None:
    """Its __init__.py would shadow the library `packaging`."""
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked()
        for pattern in (MACHINE_PATH, REGISTRY)
        for match in pattern.finditer(text_of(path))
    ]
    assert found == []


def forbidden_calls(source: str) -> list[str]:
    """Everything in `source` that could execute what a document or a file says."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            found += [name for name in names if name.split(".")[0] in ("pickle", "dill", "shelve", "marshal")]
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec", "compile", "__import__"):
                found.append(node.func.id)
            if ast.unparse(node.func) in ("os.system", "os.popen"):
                found.append(ast.unparse(node.func))
            found += [
                f"{keyword.arg}=True"
                for keyword in node.keywords
                if keyword.arg in ("shell", "allow_pickle")
                and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is False)
            ]
    return found


@pytest.mark.parametrize("package", ["app", "blocks"])
def test_nothing_can_execute_a_document(package: str) -> None:
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    assert {str(path): found for path in files if (found := forbidden_calls(path.read_text("utf-8")))} == {}


@pytest.mark.parametrize(
    "source",
    [
        *("eval(text)", "exec(text)", "__import__(name)", "compile(text, 'x', 'exec')"),
        *("import pickle", "from pickle import loads", "run(command, shell=True)", "os.system(command)"),
        *("np.load(f, allow_pickle=True)", "np.load(f, allow_pickle=flag)"),
    ],
)
def test_the_search_finds_what_it_looks_for(source: str) -> None:
    assert forbidden_calls(source) != []


def test_packages_of_the_wheel_are_those_of_the_tree() -> None:
    """Also that each has its __init__.py: one without would be missing from an installation."""
    folders = {path.parent for package in ("app", "blocks") for path in (ROOT / package).rglob("*.py")}
    names = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    listed = PYPROJECT["tool"]["setuptools"]["packages"]
    assert listed == sorted({*names, "app._resources"}), "correct [tool.setuptools] packages in pyproject.toml"
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def distribution_names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~;\[ ]", requirement)[0].lower() for requirement in requirements}


def locked_names(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / "packaging" / lock).read_text("utf-8"), re.MULTILINE))


def test_locks_hold_what_is_declared() -> None:
    runtime = distribution_names(PYPROJECT["project"]["dependencies"])
    development = distribution_names(PYPROJECT["dependency-groups"]["dev"])
    assert runtime <= locked_names("runtime.lock")
    assert runtime | development <= locked_names("dev.lock")
    assert distribution_names(PYPROJECT["dependency-groups"]["build"]) <= locked_names("build.lock")


@pytest.mark.parametrize("lock", ["runtime.lock", "dev.lock", "build.lock"])
def test_every_locked_version_has_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / "packaging" / lock).read_text("utf-8").strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_tests_run_on_the_versions_that_users_get() -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9._-]+==\S+", (ROOT / "packaging" / lock).read_text("utf-8"), re.MULTILINE))

    assert pins("runtime.lock") <= pins("dev.lock")


def test_doctor_looks_at_every_dependency() -> None:
    declared = distribution_names(PYPROJECT["project"]["dependencies"])
    extras = PYPROJECT["project"]["optional-dependencies"].values()
    optional = set().union(*(distribution_names(extra) for extra in extras))
    assert {name.lower() for name in doctor.REQUIRED} == declared
    assert {name.lower() for name in doctor.OPTIONAL} == optional


def test_python_range_is_one_and_the_same() -> None:
    low, (major, minor) = doctor.PYTHON_RANGE
    assert PYPROJECT["project"]["requires-python"] == f">={low[0]}.{low[1]},<{major}.{minor + 1}"
    bootstrap = (ROOT / "packaging" / "bootstrap.py").read_text("utf-8")
    assert f"SUPPORTED = {doctor.PYTHON_RANGE}" in bootstrap


def test_changelog_knows_this_version() -> None:
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
