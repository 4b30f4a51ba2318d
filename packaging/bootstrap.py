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
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.system_libraries import apt_line, debian_packages, missing_libraries  # noqa: E402  (needs the path above)

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
            f"Python {version[0]}.{version[1]} is not supported. Install one of {low[0]}.{low[1]} to "
            f"{high[0]}.{high[1]} and name it: make PYTHON=python{low[0]}.{low[1]} run"
        )


def venv_python(root: Path) -> Path:
    inside = Path("Scripts/python.exe") if sys.platform == "win32" else Path("bin/python")
    return root / ".venv" / inside


def venv_fits(root: Path, version: tuple[int, int]) -> bool:
    """Whether `.venv` was made here by this Python version; scripts in one that was moved name a wrong interpreter."""
    settings = root / ".venv" / "pyvenv.cfg"
    if not (settings.exists() and venv_python(root).exists()):
        return False
    pairs = (line.partition(" = ") for line in settings.read_text().splitlines())
    values = {key: value for key, _, value in pairs}
    made_by = tuple(values.get("version", "").split(".")[:2])
    return made_by == tuple(map(str, version)) and values.get("command", "").endswith(str(root / ".venv"))


def lock_hash(root: Path, kind: str) -> str:
    """What the installed environment depends on: the lock, the build lock and pyproject's text."""
    digest = hashlib.sha256()
    for path in (root / "packaging" / LOCKS[kind], root / "packaging" / "build.lock", root / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_installed(root: Path, kind: str) -> bool:
    """Whether `.venv` holds what `kind` needs; the lock for tests is a superset of the one for running."""
    for candidate in ("dev",) if kind == "dev" else ("run", "dev"):
        stamp = root / ".venv" / f"{candidate}.stamp"
        if stamp.exists() and stamp.read_text() == lock_hash(root, candidate):
            return True
    return False


def make_venv(root: Path) -> None:
    say("making .venv")
    create = [sys.executable, "-m", "venv", "--clear", str(root / ".venv")]
    if subprocess.run(create, capture_output=True, check=False).returncode == 0:
        return
    # Debian splits venv's pip into a package of its own; a half-made folder would look finished.
    shutil.rmtree(root / ".venv", ignore_errors=True)
    if not install_debian(["python3-venv"], "Python's venv module is"):
        raise SetUpError("no .venv without Python's venv module")
    run(create)


def install_python_packages(root: Path, kind: str, version: tuple[int, int]) -> bool:
    """Install the hashed locks and the project itself; the stamp is written last, so a broken run is repeated. False if
    all was there."""
    if not venv_fits(root, version):
        make_venv(root)
    elif is_installed(root, kind):
        return False
    pip = [str(venv_python(root)), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input"]
    for lock in ("build.lock", LOCKS[kind]):
        say(f"installing packaging/{lock} (minutes, the first time)")
        run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(root / "packaging" / lock)])
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(root)])
    (root / ".venv" / f"{kind}.stamp").write_text(lock_hash(root, kind))
    return True


def compile_kernels(root: Path) -> None:
    """The engine's kernels, into the user's cache, so that the first window learns at once. It compiles them itself
    where this fails."""
    say("compiling the engine (once, up to a minute)")
    try:
        run([str(venv_python(root)), "-m", "app", "run", str(root / "resources/examples/xor.aann"), "--epochs", "1"])
    except SetUpError as error:
        say(str(error))


def missing_packages(root: Path, kind: str, which: Callable[[str], str | None] = shutil.which) -> list[str]:
    """Debian's packages for Qt's missing system libraries and, for tests, for the missing tools."""
    packages: list[str] = []
    for pyside in sorted((root / ".venv").glob("lib/python*/site-packages/PySide6")):
        packages += debian_packages(missing_libraries(pyside))
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


def install_debian(packages: list[str], what: str) -> bool:
    """Install Debian packages where that is allowed; else print the line that would. True when installed."""
    before = privilege()
    if before is not None:
        say("installing " + " ".join(packages))
        # Another apt may be at work: wait for it. An update that fails may still leave lists that suffice.
        apt = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
        try:
            run([*apt, "update"])
        except SetUpError as error:
            say(str(error))
        try:
            run([*apt, "-y", "--no-install-recommends", "install", *packages])
            return True
        except SetUpError as error:
            say(str(error))
    say(f"{what} missing. To install:\n    {apt_line(packages)}")
    return False


def set_up_system(root: Path, kind: str) -> None:
    """Qt's libraries and the tests' tools. Without them the program runs headless, but no test may be left out."""
    if not sys.platform.startswith("linux"):
        return
    packages = missing_packages(root, kind)
    if packages and install_debian(packages, "system libraries or tools are"):
        packages = missing_packages(root, kind)
    if packages and kind == "dev":
        raise SetUpError("the tests need: " + " ".join(packages))
    if packages:
        say("going on without a window")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kind", choices=sorted(LOCKS), help="run: to use the program; dev: to test it as well")
    kind = parser.parse_args(arguments).kind
    version = sys.version_info[:2]
    try:
        check_python(version)
        new = install_python_packages(ROOT, kind, version)
        set_up_system(ROOT, kind)
        if new and kind == "run":
            compile_kernels(ROOT)
    except (SetUpError, OSError) as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
