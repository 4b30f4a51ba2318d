#!/usr/bin/env python3
"""Sets up what `make run` and `make test` need; quick and silent when nothing is missing.

Python's standard library only. Makes `.venv`, installs the hashed lock and the project (editable), asks the loader
which of Qt's system libraries are missing, and installs them where root or passwordless sudo allows. Elsewhere it
prints the exact line: the program still works without a window, the tests need everything.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.system_libraries import debian_packages, missing_libraries  # noqa: E402  (needs the path above)

LOCKS = {"run": "runtime.lock", "dev": "dev.lock"}
TEST_TOOLS = {
    "ngspice": "ngspice",
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "wmctrl": "wmctrl",
    "xdotool": "xdotool",
}
SUPPORTED = ((3, 11), (3, 13))


class SetUpError(Exception):
    """Set-up cannot go on; the text says what to do."""


def say(text: str) -> None:
    print(f"set-up: {text}", file=sys.stderr, flush=True)


def run(command: list[str]) -> None:
    """Run `command` without its chatter; what it said is shown when it fails."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise SetUpError(f"{done.stdout}\nfailed ({done.returncode}): " + " ".join(command))


def check_python(version: tuple[int, int]) -> None:
    low, high = SUPPORTED
    if not low <= version <= high:
        raise SetUpError(
            f"Python {version[0]}.{version[1]} is not supported. Install Python {low[0]}.{low[1]} to {high[0]}.{high[1]} "
            "and name it: make PYTHON=python3.11 run"
        )


def venv_python(root: Path) -> Path:
    inside = Path("Scripts/python.exe") if sys.platform == "win32" else Path("bin/python")
    return root / ".venv" / inside


def lock_hash(root: Path, kind: str, version: tuple[int, int]) -> str:
    """What the installed environment depends on: the lock, the build lock, pyproject's text, Python's version."""
    digest = hashlib.sha256(repr(version).encode())
    for path in (root / "packaging" / LOCKS[kind], root / "packaging" / "build.lock", root / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_installed(root: Path, kind: str, version: tuple[int, int]) -> bool:
    """Whether `.venv` holds what `kind` needs; the lock for tests is a superset of the one for running."""
    if not venv_python(root).exists():
        return False
    kinds = ("dev",) if kind == "dev" else ("run", "dev")
    for candidate in kinds:
        stamp = root / ".venv" / f"{candidate}.stamp"
        if stamp.exists() and stamp.read_text() == lock_hash(root, candidate, version):
            return True
    return False


def make_venv(root: Path) -> None:
    if venv_python(root).exists():
        return
    say("making .venv")
    create = [sys.executable, "-m", "venv", str(root / ".venv")]
    if subprocess.run(create, capture_output=True, check=False).returncode == 0:
        return
    # Debian splits venv's pip into a package of its own; a half-made folder would look finished.
    shutil.rmtree(root / ".venv", ignore_errors=True)
    if not install_debian(["python3-venv"], "Python's venv module"):
        raise SetUpError("Python's venv module is missing")
    run(create)


def install_python_packages(root: Path, kind: str, version: tuple[int, int]) -> None:
    """Install the hashed locks and the project itself; the stamp is written last, so a broken run is repeated."""
    if is_installed(root, kind, version):
        return
    make_venv(root)
    pip = [str(venv_python(root)), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input"]
    for lock in ("build.lock", LOCKS[kind]):
        say(f"installing packaging/{lock}")
        run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(root / "packaging" / lock)])
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(root)])
    (root / ".venv" / f"{kind}.stamp").write_text(lock_hash(root, kind, version))


def missing_packages(root: Path, kind: str, which: Callable[[str], str | None] = shutil.which) -> list[str]:
    """Debian's packages for Qt's missing system libraries and, for tests, for the missing tools."""
    packages: list[str] = []
    for pyside in sorted((root / ".venv").glob("lib/python*/site-packages/PySide6")):
        missing = missing_libraries(pyside)
        packages += debian_packages(missing)
    if kind == "dev":
        packages += [package for tool, package in TEST_TOOLS.items() if which(tool) is None]
    return packages


def privilege(
    uid: int | None = None,
    which: Callable[[str], str | None] = shutil.which,
    sudo_works: Callable[[], bool] | None = None,
) -> list[str] | None:
    """The words before `apt-get` that make it work: [] for root, sudo where it asks no password, else None."""
    if which("apt-get") is None:
        return None
    if (os.geteuid() if uid is None else uid) == 0:
        return []
    if which("sudo") is None:
        return None
    works = sudo_works() if sudo_works else _sudo_is_silent()
    return ["sudo", "-n"] if works else None


def _sudo_is_silent() -> bool:
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


def apt_line(packages: Iterable[str]) -> str:
    return "sudo apt-get install --no-install-recommends " + " ".join(packages)


def install_debian(packages: list[str], what: str, prefix: list[str] | None = None) -> bool:
    """Install Debian packages where that is allowed; else print the line that would. True when installed."""
    before = privilege() if prefix is None else prefix
    if before is None:
        say(f"{what} missing. To install them:\n    {apt_line(packages)}")
        return False
    say("installing " + " ".join(packages))
    # Another apt may be at work: wait for it.
    apt = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    run([*apt, "update"])
    run([*apt, "-y", "--no-install-recommends", "install", *packages])
    return True


def set_up_system(root: Path, kind: str, environment: Mapping[str, str]) -> None:
    """Qt's libraries and the tests' tools. Without them the program runs headless, but no test may be left out."""
    if not sys.platform.startswith("linux"):
        return
    packages = missing_packages(root, kind)
    if not packages:
        return
    installed = install_debian(packages, "system libraries and tools are")
    left = missing_packages(root, kind) if installed else packages
    if left and kind == "dev":
        raise SetUpError("the tests need: " + " ".join(left))
    if left and not environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
        say("going on without a window")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kind", choices=sorted(LOCKS), help="run: to use the program; dev: to test it as well")
    kind = parser.parse_args(arguments).kind
    version = sys.version_info[:2]
    try:
        check_python(version)
        install_python_packages(ROOT, kind, version)
        set_up_system(ROOT, kind, os.environ)
    except (SetUpError, OSError) as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
