"""What the inspector edits: parameters of drawn blocks, overrides of parts inside them, settings of the document.

No widgets here: texts in, values and changes out. Several targets are edited as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from app.document import edits
from app.document.definitions import block_in
from app.document.schematic import DEFAULT_SETTINGS, Change, Instance, Schematic, document_values, values_of
from app.solve import methods
from blocks import discover, expression, spec
from blocks.spec import Block, Parameter, ParameterError

Value = float | int | str


class Target(Protocol):
    """One thing with parameters. `key` tells targets apart in merge keys."""

    @property
    def key(self) -> str: ...

    @property
    def alike(self) -> object:
        """Equal for targets for which a text means the same."""

    @property
    def parameters(self) -> tuple[Parameter, ...]: ...

    def text(self, name: str) -> str | None:
        """What was typed for a parameter; None where the default stands."""

    def default(self, name: str) -> str:
        """The text that stands where nothing was typed."""

    def value(self, name: str, text: str | None) -> Value:
        """What a parameter would be with this text (None: the default). Raises ParameterError."""


@dataclass(frozen=True)
class BlockTarget:
    """A drawn block. `prefix` stands before its id in the circuit when placed sheets are around it."""

    schematic: Schematic
    sheet: str
    ident: str
    prefix: str = ""

    @property
    def chain(self) -> str:
        return self.prefix + self.ident

    @property
    def instance(self) -> Instance:
        return self.schematic.sheets[self.sheet].instances[self.ident]

    @property
    def block(self) -> Block:
        return block_in(self.schematic, self.instance)

    @property
    def key(self) -> str:
        return f"{self.sheet}/{self.ident}"

    @property
    def alike(self) -> object:
        instance = self.instance
        return instance.type, tuple(sorted(instance.parameters.items()))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.block.parameters

    def text(self, name: str) -> str | None:
        return self.instance.parameters.get(name)

    def default(self, name: str) -> str:
        return _declared(self.block, name).default

    def value(self, name: str, text: str | None) -> Value:
        others = {key: other for key, other in self.instance.parameters.items() if key != name}
        outer = document_values(self.schematic)
        own = {} if text is None else {name: text}
        if text is not None and _declared(self.block, name).kind != "text":
            _only(self.block, name, text, outer)
        try:
            return _shown(self.block, name, spec.resolve(self.block, {**others, **own}, outer)[name])
        except ParameterError as error:
            if error.parameter == name or not _fails(self.block, dict(self.instance.parameters), outer):
                raise
        return _shown(self.block, name, spec.resolve(self.block, own, outer)[name])


@dataclass(frozen=True)
class PartTarget:
    """A part inside a drawn macro: its texts are overrides such as `Mf1.V_off` of the macro's instance."""

    schematic: Schematic
    sheet: str
    ident: str
    part: str
    prefix: str = ""

    @property
    def chain(self) -> str:
        return self.prefix + self.ident

    @property
    def instance(self) -> Instance:
        return self.schematic.sheets[self.sheet].instances[self.ident]

    @property
    def declared(self) -> spec.Part:
        """Raises KeyError where the macro has no such part (any more)."""
        macro = discover.block(self.instance.type)
        if macro.expand is not None:
            for part in macro.expand(values_of(self.schematic, self.instance)).parts:
                if part.name == self.part:
                    return part
        raise KeyError(self.part)

    @property
    def block(self) -> Block:
        return discover.block(self.declared.type)

    @property
    def key(self) -> str:
        return f"{self.sheet}/{self.ident}/{self.part}"

    @property
    def alike(self) -> object:
        return self.key

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.block.parameters

    def text(self, name: str) -> str | None:
        return self.instance.overrides.get(f"{self.part}.{name}")

    def default(self, name: str) -> str:
        part = self.declared
        return part.parameters.get(name, _declared(discover.block(part.type), name).default)

    def value(self, name: str, text: str | None) -> Value:
        block = self.block
        if text is not None:
            return _shown(block, name, spec.resolve(block, {name: text}, document_values(self.schematic))[name])
        default = self.default(name)
        try:
            return _shown(block, name, spec.resolve(block, {name: default})[name])
        except ParameterError:
            found = expression.evaluate(expression.parse(default), values_of(self.schematic, self.instance))
            return found if isinstance(found, str) else float(found)


SETTINGS: tuple[Parameter, ...] = (
    Parameter("seed", DEFAULT_SETTINGS["seed"], kind="integer", minimum=0, maximum=2**63 - 1, label="Seed",
              help="initial weights, shuffled rows and noise are drawn from it"),
    Parameter("runs", DEFAULT_SETTINGS["runs"], kind="integer", minimum=1, maximum=100_000, label="Runs",
              help="learning curves of this and the next seeds while it runs; an experiment's runs"),
    Parameter("solver", DEFAULT_SETTINGS["solver"], kind="choice", choices=("auto", *methods.DESCRIPTIONS),
              label="Solver", help="; ".join(f"{name}: {text}" for name, text in methods.DESCRIPTIONS.items())),
    Parameter("rtol", DEFAULT_SETTINGS["rtol"], positive=True, minimum=1e-13, maximum=0.1, label="Tolerance rtol",
              help="largest relative error of a step"),
    Parameter("loops", DEFAULT_SETTINGS["loops"], kind="choice", choices=("refuse", "newton"), label="Algebraic loops",
              help="blocks that feed back without delay: a problem, or solved by Newton's method at every step"),
    Parameter("stop_epochs", "", kind="integer", minimum=0, maximum=1e9, label="Stop after epochs",
              help="empty: no limit"),
    Parameter("stop_mse", "", "V^2", minimum=0.0, maximum=1e6, label="Stop at MSE", help="empty: no target"),
    Parameter("stop_time", "", "s", minimum=0.0, maximum=1e9, label="Stop at time", help="empty: no limit"),
    Parameter("stop_plateau", "", minimum=0.0, maximum=1.0, label="Stop on a plateau",
              help="when MSE improves by less than this share in 50 epochs; empty: never"),
)  # fmt: skip
OPTIONAL_SETTINGS = frozenset(name for name, text in DEFAULT_SETTINGS.items() if not text)


@dataclass(frozen=True)
class SettingsTarget:
    """The document's settings, as if they were parameters of a block."""

    schematic: Schematic

    key = alike = "settings"
    parameters = SETTINGS

    def text(self, name: str) -> str | None:
        return self.schematic.settings.get(name)

    def default(self, name: str) -> str:
        return DEFAULT_SETTINGS[name]

    def value(self, name: str, text: str | None) -> Value:
        text = DEFAULT_SETTINGS[name] if text is None else text
        if name in OPTIONAL_SETTINGS and not text.strip():
            return ""
        parameter = next(parameter for parameter in SETTINGS if parameter.name == name)
        block = Block("settings", "document", "", "", "", _NO_SYMBOL, parameters=(parameter,))
        return _shown(block, name, spec.resolve(block, {name: text})[name])


_NO_SYMBOL = discover.block("ground").symbol


def common_parameters(targets: Sequence[Target]) -> tuple[Parameter, ...]:
    """The parameters that all targets declare alike, in the order of the first."""
    if not targets:
        return ()
    others = [{(p.name, p.kind, p.unit, p.choices) for p in target.parameters} for target in targets[1:]]
    return tuple(
        parameter
        for parameter in targets[0].parameters
        if all((parameter.name, parameter.kind, parameter.unit, parameter.choices) in other for other in others)
    )


def changes_for(targets: Sequence[Target], texts: dict[str, str | None]) -> tuple[Change, ...]:
    """One edit that gives all targets these texts (None: back to the default)."""
    changes: list[Change] = []
    parts: dict[tuple[str, str], dict[str, str]] = {}
    first: dict[tuple[str, str], PartTarget] = {}
    for target in targets:
        if isinstance(target, PartTarget):
            place = target.sheet, target.ident
            first.setdefault(place, target)
            _put(parts.setdefault(place, dict(target.instance.overrides)), f"{target.part}.", texts)
        elif isinstance(target, BlockTarget):
            changes.extend(edits.set_parameters(target.schematic, target.sheet, target.ident, texts))
        elif isinstance(target, SettingsTarget):
            for name, text in texts.items():
                changes.extend(edits.set_setting(target.schematic, name, text))
    for place, overrides in parts.items():
        old = first[place].instance
        changes.append(edits.changed(place[0], "instances", old, replace(old, overrides=overrides)))
    return tuple(changes)


def _put(given: dict[str, str], prefix: str, texts: dict[str, str | None]) -> None:
    for name, text in texts.items():
        if text is None:
            given.pop(prefix + name, None)
        else:
            given[prefix + name] = text


def _declared(block: Block, name: str) -> Parameter:
    parameter = block.parameter(name)
    if parameter is None:
        raise KeyError(name)
    return parameter


def _only(block: Block, name: str, text: str, outer: dict[str, float]) -> None:
    """Raises ParameterError for what is wrong with the text itself; what parameters cannot mean together is not."""
    spec.resolve(replace(block, waveform=None), {name: text}, outer)


def _fails(block: Block, texts: dict[str, str], outer: dict[str, float]) -> bool:
    try:
        spec.resolve(block, texts, outer)
    except ParameterError:
        return True
    return False


def _shown(block: Block, name: str, value: Any) -> Value:
    """A coded choice as its word."""
    parameter = _declared(block, name)
    if parameter.codes and value in parameter.codes:
        return parameter.choices[parameter.codes.index(value)]
    return value  # type: ignore[no-any-return]
