"""Parameters that many blocks share, with bounds within which every equation stays finite."""

from __future__ import annotations

from blocks.spec import Parameter

LARGEST_VOLTAGE = 1e6


def voltage(name: str, default: str, label: str, help: str, *, positive: bool = False) -> Parameter:
    low = 1e-9 if positive else -LARGEST_VOLTAGE
    return Parameter(
        name, default, "V", positive=positive, minimum=low, maximum=LARGEST_VOLTAGE, label=label, help=help
    )


def current(name: str, default: str, label: str, help: str) -> Parameter:
    return Parameter(name, default, "A", positive=True, minimum=1e-18, maximum=1e3, label=label, help=help)


def resistance(name: str, default: str, label: str, help: str) -> Parameter:
    return Parameter(name, default, "ohm", positive=True, minimum=1e-3, maximum=1e15, label=label, help=help)


def capacitance(name: str, default: str, label: str, help: str) -> Parameter:
    return Parameter(name, default, "F", positive=True, minimum=1e-21, maximum=1.0, label=label, help=help)


def duration(name: str, default: str, label: str, help: str, *, zero: bool = False) -> Parameter:
    """A time [s] above zero, or from zero on."""
    return Parameter(
        name, default, "s", positive=not zero, minimum=0.0 if zero else 1e-18, maximum=1e9, label=label, help=help
    )


def per_square_volt(name: str, default: str, label: str, help: str) -> Parameter:
    return Parameter(name, default, "/V^2", positive=True, minimum=1e-9, maximum=1e9, label=label, help=help)


def transconductance(name: str = "K_m") -> Parameter:
    return Parameter(
        name, "100n", "A/V^2", positive=True, minimum=1e-18, maximum=1e3, label=f"Multiplier {name}",
        help="output current per product of the two voltages",
    )  # fmt: skip


def polarity() -> Parameter:
    return Parameter(
        "polarity", "+1", kind="choice", choices=("+1", "-1"), codes=(1.0, -1.0), label="Polarity",
        help="-1 inverts the current",
    )  # fmt: skip


def offset_pin(*, structural: bool = False) -> Parameter:
    """Coded 0 for V1, 1 for V2."""
    return Parameter(
        "offset_pin", "V2", kind="choice", choices=("V1", "V2"), codes=(0.0, 1.0), label="Offset pin",
        help="the input to which V_off adds", structural=structural,
    )  # fmt: skip


def time_constant() -> Parameter:
    return Parameter(
        "tau", "0", "s", minimum=0.0, maximum=1e9, label="Time constant tau", structural=True,
        help="0: the output follows at once; above 0 it lags and becomes a state of the circuit",
    )  # fmt: skip


def initial_voltage() -> Parameter:
    return Parameter(
        "V0", "seeded", "V", choices=("seeded",), minimum=-LARGEST_VOLTAGE, maximum=LARGEST_VOLTAGE,
        label="Initial voltage V_0", help="volts, or seeded: drawn from the document's seed within the spread",
    )  # fmt: skip


def spread() -> Parameter:
    return Parameter(
        "spread", "0.3", "V", minimum=0.0, maximum=LARGEST_VOLTAGE, label="Spread",
        help="seeded initial voltages are uniform in plus or minus this",
    )  # fmt: skip


def linear_term() -> Parameter:
    return Parameter(
        "a", "0", "1/V", minimum=-1e3, maximum=1e3, label="Linear term a", help="of C(V)/C_0 = 1 + a V + b V^2"
    )


def square_term() -> Parameter:
    return Parameter(
        "b", "0.1", "/V^2", minimum=0.0, maximum=1e6, label="Square term b", help="of C(V)/C_0 = 1 + a V + b V^2"
    )


def extent(name: str, default: str) -> Parameter:
    """Width or height of an annotation in grid units."""
    return Parameter(
        name, default, kind="integer", minimum=2, maximum=100_000, label=name.capitalize(), help="in grid units"
    )
