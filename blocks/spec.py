"""What a block declares: ports, parameters, equations, symbol, help. Everything else in the program derives from it.

Electrical meaning (every node is a voltage against ground):
* `equations[port]` gives a voltage output's voltage [V], or the current [A] that a current output puts INTO its node;
* `conductance[port]` [S] and `capacitance[port]` [F] are what the block hangs from that port's node to ground;
* in equations a port's name (or `Port.symbol`) is its node's voltage, a parameter's name its value, `t` the time [s];
* `time_constant[port]` [s] is an expression of parameters: above zero it makes that voltage output a state,
  tau dV/dt = equation - V;
* `same_node` lists ports that are one node inside; `scheduled` output ports are set by the run (dataset columns),
  `scheduled` names in equations too (the V_teach gate); `waveform` outputs are straight lines or random levels in time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from blocks import expression, units
from blocks.symbol import Symbol, SymbolOf

Direction = Literal["in", "out", "passive"]
Quantity = Literal["voltage", "current"]
Kind = Literal["quantity", "integer", "choice", "text"]


@dataclass(frozen=True, slots=True)
class Port:
    """`direction`: "in" senses (voltage) or takes (current), "out" drives or injects, "passive" is a bare terminal.
    `width` is an expression of parameters; "1" means no index. `symbol`: its node's voltage in equations."""

    name: str
    direction: Direction
    quantity: Quantity
    width: str = "1"
    symbol: str = ""
    help: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """`default` is text: a quantity, an expression of other parameters, a choice or free text.
    A quantity may also take one of the words in `choices` ("seeded"), which resolves to the word itself.
    `codes`: the number that each choice stands for in equations.
    `structural`: a change needs recompiling (it alters ports, parts or states), not only new coefficients."""

    name: str
    default: str
    unit: str = ""
    kind: Kind = "quantity"
    minimum: float = -math.inf
    maximum: float = math.inf
    positive: bool = False
    choices: tuple[str, ...] = ()
    codes: tuple[float, ...] = ()
    label: str = ""
    help: str = ""
    structural: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a macro. `parameters` are expressions of the macro's parameters (text) or words."""

    name: str
    type: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expansion:
    """A macro's contents: parts, and nets as lists of (part, port). `boundary[(port, index)]` names the net that the
    macro's own pin joins (index 0 for width 1)."""

    parts: tuple[Part, ...]
    nets: Mapping[str, tuple[tuple[str, str], ...]]
    boundary: Mapping[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class Waveform:
    """Piecewise linear voltage: `points` (time [s], volts), time ascending from 0; repeated every `period` if given.
    Two points at the same time are a jump to the second. Before the first and after the last point it holds."""

    points: tuple[tuple[float, float], ...]
    period: float | None = None


@dataclass(frozen=True, slots=True)
class Staircase:
    """Random voltage, normally distributed: level k holds from k to k + 1 times `interval` [s] and follows from `seed`,
    the run's seed and k alone. `mean`, `sigma` [V]."""

    mean: float
    sigma: float
    interval: float
    seed: int


@dataclass(frozen=True, slots=True)
class Block:
    type: str
    title: str
    group: str
    prefix: str
    help: str
    symbol: Symbol | SymbolOf
    ports: tuple[Port, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    formula: tuple[str, ...] = ()
    equations: Mapping[str, str] = field(default_factory=dict)
    conductance: Mapping[str, str] = field(default_factory=dict)
    capacitance: Mapping[str, str] = field(default_factory=dict)
    initial: Mapping[str, str] = field(default_factory=dict)
    same_node: tuple[tuple[str, ...], ...] = ()
    scheduled: tuple[str, ...] = ()
    waveform: Callable[[Mapping[str, Any]], Waveform | Staircase] | None = None
    expand: Callable[[Mapping[str, Any]], Expansion] | None = None
    keywords: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    order: int = 50
    time_constant: Mapping[str, str] = field(default_factory=dict)
    short: str = ""  # the title where there is little room

    def port(self, name: str) -> Port | None:
        return next((port for port in self.ports if port.name == name), None)

    def parameter(self, name: str) -> Parameter | None:
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def symbol_of(self, values: Mapping[str, Any]) -> Symbol:
        """The outline for these parameter values (sizes depend on them for neurons and datasets)."""
        return self.symbol if isinstance(self.symbol, Symbol) else self.symbol(values)

    def width(self, port: Port, values: Mapping[str, Any]) -> int:
        """Number of pins of `port`."""
        return 1 if port.width == "1" else int(expression.evaluate(expression.parse(port.width), values))


class ParameterError(ValueError):
    """A parameter's text cannot be used: `parameter`, what was `found`, and the `cure`."""

    def __init__(self, parameter: str, found: str, cure: str) -> None:
        self.parameter, self.found, self.cure = parameter, found, cure
        super().__init__(f"{parameter}: {found}; {cure}")


def resolve(block: Block, texts: Mapping[str, str], outer: Mapping[str, float] | None = None) -> dict[str, Any]:
    """Values of all parameters: floats [SI], ints, words. `texts` override the defaults; names that are no parameter of
    the block are looked up in `outer` (document parameters). Raises ParameterError."""
    for name in texts:
        if block.parameter(name) is None:
            known = ", ".join(parameter.name for parameter in block.parameters)
            raise ParameterError(name, f"a {block.title} has no such parameter", f"its parameters are {known}")
    values: dict[str, Any] = {}
    for parameter in block.parameters:
        _resolve_one(block, parameter, texts, outer or {}, values, ())
    if block.waveform is not None:
        block.waveform(values)  # says what the parameters cannot mean together
    return values


def _resolve_one(
    block: Block,
    parameter: Parameter,
    texts: Mapping[str, str],
    outer: Mapping[str, float],
    values: dict[str, Any],
    pending: tuple[str, ...],
) -> Any:
    name = parameter.name
    if name in values:
        return values[name]
    if name in pending:
        raise ParameterError(name, f"depends on itself through {' -> '.join((*pending, name))}", "break the circle")
    given = texts.get(name)
    text = parameter.default if given is None else given
    if parameter.kind == "text":
        values[name] = text
        return text
    if f"+{text}" in parameter.choices:  # a sign that is left out means plus
        text = f"+{text}"
    if text in parameter.choices:
        values[name] = parameter.codes[parameter.choices.index(text)] if parameter.codes else text
        return values[name]
    if parameter.kind == "choice":
        raise ParameterError(name, f"{text!r} is no choice", f"choose one of {', '.join(parameter.choices)}")
    try:
        value = units.parse(text, parameter.unit)
    except units.QuantityError as trouble:
        tree = tree_of(parameter.name, text, trouble)
        env: dict[str, Any] = {}
        for used in expression.names(tree):
            own = block.parameter(used)
            # A given text such as `gain = 4*gain` means the document's gain: only defaults refer to siblings first.
            if given is not None and used in outer:
                env[used] = outer[used]
            elif own is not None and used != name:
                env[used] = _resolve_one(block, own, texts, outer, values, (*pending, name))
            elif used in outer:
                env[used] = outer[used]
            else:
                raise ParameterError(
                    name, f"{used!r} in {text!r} is unknown", "define it as a document parameter"
                ) from None
        value = _value(parameter, text, tree, env)
    values[name] = _bounded(parameter, text, value)
    return values[name]


def tree_of(name: str, text: str, trouble: units.QuantityError) -> expression.Tree:
    """The expression that the text of the parameter is, since it is no quantity because of `trouble`. Raises
    ParameterError."""
    try:
        return expression.parse(text)
    except expression.ExpressionError as error:
        # A mistyped quantity such as "5M" or "3 apples" has no operator: what is wrong with it as a quantity says more.
        if any(ch in text.strip()[1:] for ch in "*()") or len(text) > units.MAX_LENGTH:
            raise ParameterError(name, str(error), "mend the expression") from None
        raise ParameterError(name, f"{trouble.text!r} {trouble.reason}", trouble.hint) from None


def _value(parameter: Parameter, text: str, tree: expression.Tree, env: Mapping[str, Any]) -> float:
    words = [name for name, value in env.items() if isinstance(value, str)]
    if words:
        raise ParameterError(parameter.name, f"{words[0]!r} in {text!r} is a word, no number", "use numbers only")
    try:
        found = expression.evaluate(tree, env)
    except OverflowError:
        raise ParameterError(parameter.name, f"{text!r} is too large", "mend the expression") from None
    except (ArithmeticError, ValueError) as error:
        raise ParameterError(parameter.name, f"{text!r} cannot be computed ({error})", "mend the expression") from None
    if isinstance(found, complex):  # a negative number to a fractional power
        raise ParameterError(parameter.name, f"{text!r} is no real number", "mend the expression")
    value = float(found)
    if not math.isfinite(value):
        raise ParameterError(parameter.name, f"{text!r} is not finite", "mend the expression")
    return value


def _bounded(parameter: Parameter, text: str, value: float) -> float | int:
    low, high = parameter.minimum, parameter.maximum
    if parameter.positive and value <= 0:
        raise ParameterError(parameter.name, f"{text!r} is not above zero", "type a positive value")
    if not low <= value <= high:
        span = f"{units.format_si(low, parameter.unit)} to {units.format_si(high, parameter.unit)}"
        raise ParameterError(parameter.name, f"{text!r} is out of range", f"type a value in {span}")
    if parameter.kind == "integer":
        if value != int(value):
            raise ParameterError(parameter.name, f"{text!r} is no whole number", "type a whole number")
        return int(value)
    return value
