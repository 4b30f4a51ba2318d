"""The decorator of all kernels: compiled once per machine, kept in the user's cache folder (see kernel_cache).

A damaged file or a folder that cannot be written costs a compilation, never a crash.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numba.core.config
import numba.core.entrypoints
from numba.core.caching import FunctionCache

from app.solve import kernel_cache

# Packages that extend numba are not needed; looking for them reads the metadata of everything that is installed.
vars(numba.core.entrypoints)["_already_initialized"] = True


class _ForgivingCache(FunctionCache):
    """numba's cache on disk; what cannot be read is compiled again, what cannot be written is not kept."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # unpickling foreign bytes can raise anything
            self._discard()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except Exception:
            self._discard()

    def _discard(self) -> None:
        try:
            self.flush()
        except OSError:
            self.disable()


CACHE_FOLDER = kernel_cache.make_folder()
if CACHE_FOLDER is not None:
    vars(numba.core.config)["CACHE_DIR"] = CACHE_FOLDER


def kernel(function: Callable[..., Any]) -> Any:
    """Compiles at the first call of each signature and releases Python's lock while running."""
    dispatcher: Any = numba.njit(nogil=True)(function)
    if CACHE_FOLDER is not None:
        try:
            dispatcher._cache = _ForgivingCache(function)
        except RuntimeError:  # numba found no folder that it can write
            return dispatcher
    return dispatcher


def part(function: Callable[..., Any]) -> Any:
    """A function called by kernels only; its code is kept with theirs. Nothing but kernels calls it, so that the ways
    in for Python and for C, a fifth of the time to compile it, are left out."""
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return numba.njit(nogil=True, **options)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """The same for what is called in one place: compiled with its caller. A function of its own would be optimised
    with all that it calls, and then once more within the caller."""
    return numba.njit(nogil=True, inline="always")(function)
