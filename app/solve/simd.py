"""Arithmetic on one double or on eight at once, for numba: the same kernel source serves one run and a block of eight.

A kernel takes an argument `like`, a float64 or a Lanes8 zero, and every number it handles has that type. Arrays are
flat: number i of a block occupies elements i*W .. i*W+W-1, with W = 1 or 8 the width of `like`. No fast-math flags are
set and every fused multiply-add is explicit, so a lane's bits depend neither on the width nor on where a call stands.
"""

from __future__ import annotations

from typing import Any

import numba
import numba.extending
from numba import types
from numba.core import cgutils
from numba.core.cgutils import ir  # llvmlite's, of the version that numba uses
from numba.extending import models, register_model

intrinsic: Any = numba.extending.intrinsic  # its declared type is the body's, not that of a call

WIDTH = 8
_DOUBLE = ir.DoubleType()
_VECTOR = ir.VectorType(_DOUBLE, WIDTH)
_INT = ir.IntType(64)
_INTS = ir.VectorType(_INT, WIDTH)
_INDEX = ir.IntType(32)


class Lanes8Type(types.Type):
    """Eight doubles in one register."""

    def __init__(self) -> None:
        super().__init__(name="Lanes8")


lanes8 = Lanes8Type()


@register_model(Lanes8Type)
class _Lanes8Model(models.PrimitiveModel):
    def __init__(self, manager: Any, fe_type: Any) -> None:
        super().__init__(manager, fe_type, _VECTOR)


def _is_wide(numba_type: Any) -> bool:
    return isinstance(numba_type, Lanes8Type)


def _llvm(numba_type: Any) -> Any:
    return _VECTOR if _is_wide(numba_type) else _DOUBLE


def _constant(value: float, numba_type: Any) -> Any:
    return ir.Constant(_VECTOR, [value] * WIDTH) if _is_wide(numba_type) else ir.Constant(_DOUBLE, value)


def _int_constant(value: int, numba_type: Any) -> Any:
    return ir.Constant(_INTS, [value] * WIDTH) if _is_wide(numba_type) else ir.Constant(_INT, value)


def _llvm_function(builder: Any, name: str, numba_type: Any, arguments: int) -> Any:
    llvm_type = _llvm(numba_type)
    suffix = f"v{WIDTH}f64" if _is_wide(numba_type) else "f64"
    signature = ir.FunctionType(llvm_type, [llvm_type] * arguments)
    return cgutils.get_or_insert_function(builder.module, signature, f"llvm.{name}.{suffix}")


def _fma(builder: Any, numba_type: Any, x: Any, y: Any, z: Any) -> Any:
    return builder.call(_llvm_function(builder, "fma", numba_type, 3), [x, y, z])


def _splat(builder: Any, x: Any) -> Any:
    vector = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), x, ir.Constant(_INDEX, 0))
    zeros = ir.Constant(ir.VectorType(_INDEX, WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(vector, ir.Constant(_VECTOR, ir.Undefined), zeros)


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, index: Any, wide: bool) -> Any:
    is_pointer = isinstance(array_type, types.CPointer)
    base = array if is_pointer else context.make_array(array_type)(context, builder, array).data
    if wide:
        index = builder.mul(index, ir.Constant(index.type, WIDTH))
        return builder.bitcast(builder.gep(base, [index]), _VECTOR.as_pointer())
    return builder.gep(base, [index])


@intrinsic
def pointer(typing_context: Any, array: Any) -> Any:
    """Where an array's numbers are: p[i] is its number i. The array must outlive it. Costs nothing to hand on, while
    numba counts the references of every array that a function takes or slices: four fifths of the kernels' time."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, args[0]).data

    return types.CPointer(array.dtype)(array), generate


@intrinsic
def offset(typing_context: Any, base: Any, count: Any) -> Any:
    """The pointer `count` numbers further on."""
    return base(base, types.int64), lambda context, builder, signature, args: builder.gep(args[0], [args[1]])


@intrinsic
def load(typing_context: Any, array: Any, index: Any, like: Any) -> Any:
    """The number `index` of an array or from a pointer on."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = _pointer(context, builder, signature.args[0], args[0], args[1], _is_wide(signature.args[2]))
        value = builder.load(pointer)
        value.align = 8
        return value

    return like(array, index, like), generate


@intrinsic
def store(typing_context: Any, array: Any, index: Any, value: Any) -> Any:
    """The number `index` of an array or from a pointer on = value."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = _pointer(context, builder, signature.args[0], args[0], args[1], _is_wide(signature.args[2]))
        builder.store(args[2], pointer).align = 8
        return context.get_dummy_value()

    return types.void(array, index, value), generate


def _eight(context: Any, builder: Any, load_one: Any) -> Any:
    """The register whose lane i is load_one(i)."""
    value = ir.Constant(_VECTOR, ir.Undefined)
    for lane in range(WIDTH):
        value = builder.insert_element(value, load_one(lane), ir.Constant(_INDEX, lane))
    return value


def _spaced(builder: Any, first: Any, stride: Any, lane: int) -> Any:
    return builder.add(first, builder.mul(stride, ir.Constant(_INT, lane)))


@intrinsic
def gather(typing_context: Any, base: Any, index: Any, first: Any, stride: Any) -> Any:
    """base[index[first + stride i]] for i = 0 .. 7; both are pointers."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def load_one(lane: int) -> Any:
            where = builder.load(builder.gep(args[1], [_spaced(builder, args[2], args[3], lane)]))
            return builder.load(builder.gep(args[0], [where]))

        return _eight(context, builder, load_one)

    return lanes8(base, index, types.int64, types.int64), generate


@intrinsic
def strided(typing_context: Any, base: Any, first: Any, stride: Any) -> Any:
    """base[first + stride i] for i = 0 .. 7."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def load_one(lane: int) -> Any:
            return builder.load(builder.gep(args[0], [_spaced(builder, args[1], args[2], lane)]))

        return _eight(context, builder, load_one)

    return lanes8(base, types.int64, types.int64), generate


@intrinsic
def scatter(typing_context: Any, base: Any, index: Any, first: Any, stride: Any, value: Any) -> Any:
    """base[index[first + stride i]] = the register's lane i."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        for lane in range(WIDTH):
            where = builder.load(builder.gep(args[1], [_spaced(builder, args[2], args[3], lane)]))
            element = builder.extract_element(args[4], ir.Constant(_INDEX, lane))
            builder.store(element, builder.gep(args[0], [where]))
        return context.get_dummy_value()

    return types.void(base, index, types.int64, types.int64, value), generate


@intrinsic
def splat(typing_context: Any, x: Any, like: Any) -> Any:
    """The same double in every lane."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _splat(builder, args[0]) if _is_wide(signature.args[1]) else args[0]

    return like(types.float64, like), generate


@intrinsic
def zero8(typing_context: Any) -> Any:
    """The `like` of eight lanes."""
    return lanes8(), lambda context, builder, signature, args: _constant(0.0, lanes8)


@intrinsic
def width(typing_context: Any, like: Any) -> Any:
    """1 or 8, known to the compiler."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return ir.Constant(_INT, WIDTH if _is_wide(signature.args[0]) else 1)

    return types.int64(like), generate


def _binary(instruction: str) -> Any:
    def typed(typing_context: Any, x: Any, y: Any) -> Any:
        return x(x, x), lambda context, builder, signature, args: getattr(builder, instruction)(*args)

    return intrinsic(typed)


def _unary(name: str) -> Any:
    def typed(typing_context: Any, x: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.call(_llvm_function(builder, name, signature.args[0], 1), [args[0]])

        return x(x), generate

    return intrinsic(typed)


add, sub, mul, div = (_binary(name) for name in ("fadd", "fsub", "fmul", "fdiv"))
absolute, root = _unary("fabs"), _unary("sqrt")


@intrinsic
def fma(typing_context: Any, x: Any, y: Any, z: Any) -> Any:
    """x y + z, rounded once."""
    return x(x, x, x), lambda context, builder, signature, args: _fma(builder, signature.args[0], *args)


def _select(comparison: str) -> Any:
    def typed(typing_context: Any, x: Any, y: Any, yes: Any, no: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.select(builder.fcmp_ordered(comparison, args[0], args[1]), args[2], args[3])

        return x(x, x, x, x), generate

    return intrinsic(typed)


select_greater = _select(">")  # yes where x > y, else (and where either is NaN) no


@intrinsic
def larger_absolute(typing_context: Any, x: Any, y: Any) -> Any:
    """max(|x|, |y|)."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        fabs = _llvm_function(builder, "fabs", signature.args[0], 1)
        left, right = (builder.call(fabs, [arg]) for arg in args)
        return builder.select(builder.fcmp_ordered(">", left, right), left, right)

    return x(x, x), generate


@intrinsic
def rough_inverse(typing_context: Any, x: Any) -> Any:
    """1/x to seven digits for 1e-38 < x < 1e38, by a division in single precision, which is several times faster."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        wide = _is_wide(signature.args[0])
        single = ir.VectorType(ir.FloatType(), WIDTH) if wide else ir.FloatType()
        one = ir.Constant(single, [1.0] * WIDTH if wide else 1.0)
        inverse = builder.fdiv(one, builder.fptrunc(args[0], single))
        return builder.fpext(inverse, _llvm(signature.args[0]))

    return x(x), generate


@intrinsic
def neg(typing_context: Any, x: Any) -> Any:
    """-x."""
    return x(x), lambda context, builder, signature, args: builder.fneg(args[0])


# exp on [-ln 2/2, ln 2/2], interpolated at Chebyshev's points; relative error 4e-17.
_EXP = (
    1.0, 1.0, 0.5000000000000019, 0.1666666666666668, 0.04166666666648738, 0.008333333333319546,
    0.0013888888952505406, 0.00019841269890193705, 2.4801485278370062e-05, 2.7557240761739257e-06,
    2.7632715071632255e-07, 2.5110095611886237e-08,
)  # fmt: skip
_ROUND = 6755399441055744.0  # 1.5 * 2**52: adding it leaves the nearest integer in the low bits


_LN2, _LN2_REST = 0.6931471805599453, 2.3190468138462996e-17


def _held(builder: Any, numba_type: Any, x: Any) -> Any:
    """x held within +-700, NaN as it is; behind a branch, so that the usual case does not wait for it."""
    limit, lowest = _constant(700.0, numba_type), _constant(-700.0, numba_type)
    size = builder.call(_llvm_function(builder, "fabs", numba_type, 1), [x])
    inside = builder.fcmp_ordered("<", size, limit)
    if _is_wide(numba_type):
        mask = ir.IntType(WIDTH)
        inside = builder.icmp_unsigned("==", builder.bitcast(inside, mask), ir.Constant(mask, -1))
    before = builder.block
    with builder.if_then(builder.not_(inside), likely=False):
        held = builder.select(builder.fcmp_ordered(">", x, limit), limit, x)
        held = builder.select(builder.fcmp_ordered("<", held, lowest), lowest, held)
        rare = builder.block
    result = builder.phi(_llvm(numba_type))
    result.add_incoming(x, before)
    result.add_incoming(held, rare)
    return result


def _exp(builder: Any, numba_type: Any, x: Any) -> Any:
    """exp(x) with x held within +-700; NaN stays NaN."""

    def number(value: float) -> Any:
        return _constant(value, numba_type)

    x = _held(builder, numba_type, x)
    shifted = _fma(builder, numba_type, x, number(1.4426950408889634), number(_ROUND))
    n = builder.fsub(shifted, number(_ROUND))
    r = _fma(builder, numba_type, n, number(-_LN2), x)
    power, level = r, [number(value) for value in _EXP]
    while len(level) > 1:  # Estrin's scheme
        pairs = [
            _fma(builder, numba_type, level[i + 1], power, level[i]) if i + 1 < len(level) else level[i]
            for i in range(0, len(level), 2)
        ]
        level, power = pairs, builder.fmul(power, power)
    integer = _INTS if _is_wide(numba_type) else _INT
    exponent = builder.shl(builder.bitcast(shifted, integer), _int_constant(52, numba_type))
    scale = builder.bitcast(builder.add(exponent, _int_constant(1023 << 52, numba_type)), _llvm(numba_type))
    # What r lacks, ln 2 not being a double, goes into the scale, which is ready before the polynomial.
    scale = _fma(builder, numba_type, builder.fmul(n, number(-_LN2_REST)), scale, scale)
    return builder.fmul(level[0], scale)


@intrinsic
def exp_held(typing_context: Any, x: Any) -> Any:
    """exp(x) with x held within +-700."""
    return x(x), lambda context, builder, signature, args: _exp(builder, signature.args[0], args[0])


_EVEN, _ODD = (0, 8, 2, 10, 4, 12, 6, 14), (1, 9, 3, 11, 5, 13, 7, 15)
_FIRST_TWO, _LAST_TWO = (0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15)
_LOW, _HIGH = (0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15)


def _merge(builder: Any, x: Any, y: Any, *masks: tuple[int, ...]) -> Any:
    left, right = (
        builder.shuffle_vector(x, y, ir.Constant(ir.VectorType(_INDEX, WIDTH), list(mask))) for mask in masks
    )
    return builder.fadd(left, right)


@intrinsic
def horizontal_sums(typing_context: Any, a: Any, b: Any, c: Any, d: Any, e: Any, f: Any, g: Any, h: Any) -> Any:
    """The sums of eight registers, in one register."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pairs = [_merge(builder, args[i], args[i + 1], _EVEN, _ODD) for i in range(0, 8, 2)]
        fours = [_merge(builder, pairs[i], pairs[i + 1], _FIRST_TWO, _LAST_TWO) for i in (0, 2)]
        return _merge(builder, *fours, _LOW, _HIGH)

    return a(*[a] * 8), generate


@intrinsic
def horizontal_sum(typing_context: Any, x: Any) -> Any:
    """The sum of all lanes, halves first."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        value = args[0]
        if not _is_wide(signature.args[0]):
            return value
        for shift in (4, 2, 1):
            mask = ir.Constant(ir.VectorType(_INDEX, WIDTH), [(i + shift) % WIDTH for i in range(WIDTH)])
            value = builder.fadd(value, builder.shuffle_vector(value, ir.Constant(_VECTOR, ir.Undefined), mask))
        return builder.extract_element(value, ir.Constant(_INDEX, 0))

    return types.float64(x), generate


@numba.njit(nogil=True)
def coefficient(k: Any, index: Any, wide: Any, like: Any) -> Any:
    """k[index], one number for all lanes unless `wide`."""
    if wide:
        return load(k, index, like)
    return splat(k[index], like)
