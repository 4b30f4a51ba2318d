"""Block equations as SPICE text. Only numbers, operators and generated node names ever reach the netlist."""

from __future__ import annotations

from collections.abc import Mapping

from blocks.expression import Call, Name, Number, Tree

# tanh is bounded for every argument, so the logistic forms cannot overflow as exp does.
_TEMPLATES = {
    "sigmoid": "(0.5*(1+tanh(0.5*({0}))))",
    "dsigmoid": "(0.25*(1-tanh(0.5*({0}))*tanh(0.5*({0}))))",
    "softplus": "(max({0},0)+{log}(1+exp(-abs({0}))))",
    "step": "u({0})",
    "exp": "exp({0})",
    "log": "{log}({0})",
    "tanh": "tanh({0})",
    "sqrt": "sqrt({0})",
    "abs": "abs({0})",
    "sin": "sin({0})",
    "cos": "cos({0})",
    "min": "min({0},{1})",
    "max": "max({0},{1})",
}
# In a B source ngspice, Xyce and Opus call the natural logarithm `ln` or `log` alike; LTspice's `log` is natural too.
_NATURAL_LOG = {"ngspice": "ln", "opus": "ln", "ltspice": "ln", "xyce": "log"}


def spice_text(tree: Tree, names: Mapping[str, str | float], dialect: str = "ngspice") -> str:
    """`tree` with every name replaced by its number or by `v(node)`. Raises KeyError for an unknown name."""
    if isinstance(tree, Number):
        return number_text(tree.value)
    if isinstance(tree, Name):
        found = names[tree.name]
        return found if isinstance(found, str) else number_text(found)
    args = [spice_text(arg, names, dialect) for arg in tree.args]
    if tree.op == "neg":
        return f"(-{args[0]})"
    if tree.op == "**":
        return _power(tree, args)
    if tree.op in ("+", "-", "*", "/"):
        return f"({args[0]}{tree.op}{args[1]})"
    return _TEMPLATES[tree.op].format(*args, log=_NATURAL_LOG[dialect])


def _power(tree: Call, args: list[str]) -> str:
    """Squares by multiplication: spice's own power takes the modulus of the base."""
    exponent = tree.args[1]
    if isinstance(exponent, Number) and exponent.value == int(exponent.value) and 1 <= exponent.value <= 4:
        return "(" + "*".join([args[0]] * int(exponent.value)) + ")"
    return f"pow({args[0]},{args[1]})"


def number_text(value: float) -> str:
    """All digits of a float; negative numbers in parentheses."""
    return f"({value!r})" if value < 0 else repr(float(value))
