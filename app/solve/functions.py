"""Functions of the equation grammar for the kernels, on one number or eight."""

from __future__ import annotations

from typing import Any

from app.solve.compiled import part
from app.solve.simd import absolute, add, div, exp_held, fma, mul, select_greater, splat, sub


@part
def tanh(x: Any, like: Any) -> Any:
    """Relative error below 1e-15 also near 0 (the rational function is Cephes')."""
    one = splat(1.0, like)
    z = mul(x, x)
    p = fma(fma(splat(-9.64399179425052238628e-1, like), z, splat(-9.92877231001918586564e1, like)), z,
            splat(-1.61468768441708447952e3, like))  # fmt: skip
    q = fma(fma(add(z, splat(1.12811678491632931402e2, like)), z, splat(2.23548839060100448583e3, like)), z,
            splat(4.84406305325125486048e3, like))  # fmt: skip
    near = fma(mul(x, z), div(p, q), x)
    far = sub(one, div(splat(2.0, like), add(exp_held(add(x, x)), one)))
    return select_greater(absolute(x), splat(0.625, like), far, near)
