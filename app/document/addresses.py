"""Which parameters a target means: `N2_1.gain`, `N*/M*.V_off`, `D1.T_row`, or a document parameter `gain`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from app.document.meaning import DECORATION
from app.document.schematic import Instance, Schematic, block_of, values_of
from app.document.unfold import unfold
from app.errors import fail
from blocks import discover, spec

MOST_NAMES = 20_000  # searched for near ones when nothing matches


@dataclass(frozen=True, slots=True)
class Address:
    """One parameter of a drawn block (`part` empty), of a part inside it, or of the document (`instance` empty); `type`
    is that of the block or part. A block inside placed sheets has a chain of ids and names (`b3/b7`, `A1/N2_1`)."""

    instance: str
    name: str
    part: str
    parameter: str
    type: str = ""

    @property
    def path(self) -> str:
        """`N2_1/Mf0.V_off`, `D1.T_row`, `gain`."""
        owner = f"{self.name}/{self.part}" if self.part else self.name
        return f"{owner}.{self.parameter}" if owner else self.parameter

    @property
    def block_path(self) -> str:
        """The same without the parameter."""
        return self.path.rpartition(".")[0]


def find(schematic: Schematic, target: str, where: str) -> list[Address]:
    """Everything that a target matches, in the drawing's order. Raises ProblemError, which lists near names or what the
    matched parts do have; `where` says in which option or field the target stands."""
    if target in schematic.parameters or "." not in target:
        if target not in schematic.parameters:
            near = _near_parameters(schematic, target)
            raise fail(
                "no-match", where, f"there is no document parameter {target!r}",
                (f"near names: {', '.join(near)}; " if near else "") + "a part's parameter is written PATTERN.PARAM",
            )  # fmt: skip
        return [Address("", "", "", target)]
    pattern, parameter = target.rsplit(".", 1)
    found: list[Address] = []
    others: list[tuple[str, spec.Block]] = []
    names: list[str] = []
    whole = ""  # a macro that takes the parameter itself hands it to its parts
    for address, block in _all(schematic, pattern, parameter):
        path = address.block_path
        if fnmatchcase(path, pattern) and not (address.part and address.instance == whole):
            if block.parameter(parameter) is not None:
                whole = whole if address.part else address.instance
                found.append(address)
            else:
                others.append((path, block))
        if len(names) < MOST_NAMES:
            names.extend(f"{path}.{p.name}" for p in block.parameters)
    if not found:
        raise _no_match(where, target, parameter, others, names)
    return found


def _near_parameters(schematic: Schematic, target: str) -> list[str]:
    """Document parameters that are spelt alike, and parameters of blocks that are: `N*.gain` for `gian`."""
    names = dict.fromkeys(schematic.parameters)
    for address, block in _all(schematic, "*", ""):
        initial = address.name.rstrip("0123456789_")
        names.update(dict.fromkeys(f"{initial}*.{parameter.name}" for parameter in block.parameters))
    plain = {name: name.rpartition(".")[2] for name in names}
    near = difflib.get_close_matches(target, list(dict.fromkeys(plain.values())), n=3, cutoff=0.5)
    return [name for word in near for name in names if plain[name] == word][:5]


def _all(schematic: Schematic, pattern: str, parameter: str) -> Iterator[tuple[Address, spec.Block]]:
    """Every drawn block, also inside placed sheets, and every part of macros if the pattern can mean parts."""
    schematic = unfold(schematic).schematic
    for instance in schematic.top.instances.values():
        try:
            block = block_of(instance)
        except KeyError:
            continue
        if block.type in DECORATION:
            continue
        yield Address(instance.id, instance.name, "", parameter, block.type), block
        if block.expand is not None and "/" in pattern:
            yield from _parts(schematic, instance, block, parameter)


def _parts(
    schematic: Schematic, instance: Instance, block: spec.Block, parameter: str
) -> Iterator[tuple[Address, spec.Block]]:
    assert block.expand is not None
    for part in block.expand(values_of(schematic, instance)).parts:
        yield Address(instance.id, instance.name, part.name, parameter, part.type), discover.block(part.type)


def _no_match(
    where: str, target: str, parameter: str, others: list[tuple[str, spec.Block]], names: list[str]
) -> Exception:
    if others:
        path, block = others[0]
        cure = "near names: " + ", ".join(f"{path}.{p.name}" for p in block.parameters[:8])
        if block.type == "multiplier" and discover.block("imperfect_multiplier").parameter(parameter) is not None:
            cure += "; imperfect multipliers have it: set N*.multiplier=imperfect"
        return fail("no-match", where, f"{path} is a {block.title} and has no parameter {parameter!r}", cure)
    alike = [name for name in names if name.endswith(f".{parameter}")] or names
    near = difflib.get_close_matches(target, alike, n=5, cutoff=0.3) or alike[:5]
    return fail("no-match", where, f"no part has the path and parameter {target!r}", f"near names: {', '.join(near)}")
