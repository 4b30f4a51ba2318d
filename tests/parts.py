"""Networks drawn entirely from multipliers, activations, derivatives, capacitors, resistors, Type1 and Type2, part by
part from the table in the paper's Fig. 1: independent of the neuron's expansion and of the generator.

Every net is one junction and every pin has one wire to it, so that a test can move any single connection.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.drawing import XOR_ROWS, Drawing


class PartsNetwork:
    """`wires[pin]` is the id of the wire from that pin (`N2_1/Mf0.V1`) to the junction of its net."""

    def __init__(
        self, sizes: tuple[int, ...], rows: tuple[tuple[float, ...], ...] = XOR_ROWS, activation: str = "sigmoid",
        **weight: str,
    ) -> None:  # fmt: skip
        self.draw, self.sizes, self.activation, self.weight = Drawing(), sizes, activation, weight
        self.wires: dict[str, str] = {}
        self.nets: set[str] = set()
        self.draw.dataset("data", sizes[0], rows)
        self.draw.add("dataset", "D1", dataset="data", inputs=str(sizes[0]), targets=str(sizes[-1]))
        self.draw.add("v_teach", "VT")
        self.join("V_teach", "VT.V")
        signals = [self.join(f"X{k}", f"D1.X[{k}]") for k in range(1, sizes[0] + 1)]
        errors: list[str] = []
        for layer in range(2, len(sizes) + 1):
            last = layer == len(sizes)
            outputs, below = [], []
            for number in range(1, sizes[layer - 1] + 1):
                name = f"N{layer}_{number}"
                self.neuron(name, signals, errors)
                outputs.append(f"{name} V_out")
                self.type1(name, number) if last else self.type2(f"B{layer}_{number}", name)
                below.append(f"B{layer}_{number} I")
            signals, errors = outputs, below

    def join(self, net: str, *pins: str) -> str:
        """Wires the pins to the net's junction."""
        if net not in self.nets:
            self.draw.junction(net)
            self.nets.add(net)
        for pin in pins:
            self.wires[pin] = self.draw.wire(pin, net)
        return net

    def neuron(self, name: str, signals: list[str], errors: list[str]) -> None:
        """3N + 4 multipliers. `errors`: the nets that I_E 1.. goes to; none for the first hidden layer."""
        add, join = self.draw.add, self.join
        add("bias", f"{name}/V0")
        join(f"{name} bias", f"{name}/V0.V")
        add(self.activation, f"{name}/S")
        add(f"{self.activation}_derivative", f"{name}/D")
        join(f"{name} V_net", f"{name}/S.I_in", f"{name}/D.V_in")
        join(f"{name} V_out", f"{name}/S.V_out")
        add("multiplier", f"{name}/Ms")
        add("resistor", f"{name}/Rs")
        join(f"{name} V_E", f"{name}/Ms.V1")
        join(f"{name} slope", f"{name}/D.V_out", f"{name}/Ms.V2")
        join(f"{name} V_s", f"{name}/Ms.I", f"{name}/Rs.I")
        add("multiplier", f"{name}/Mt")
        add("resistor", f"{name}/Rt")
        join(f"{name} V_s", f"{name}/Mt.V1")
        join("V_teach", f"{name}/Mt.V2")
        join(f"{name} V_delta", f"{name}/Mt.I", f"{name}/Rt.I")
        for number, signal in enumerate([f"{name} bias", *signals]):
            self.input(name, number, signal, errors)

    def input(self, name: str, number: int, signal: str, errors: list[str]) -> None:
        """One column: weight, forward, charging and error multiplier."""
        add, join = self.draw.add, self.join
        add("weight", f"{name}/C{number}", **self.weight)
        add("multiplier", f"{name}/Mf{number}")
        add("multiplier", f"{name}/Mu{number}", polarity="-1")
        join(f"{name} V_w{number}", f"{name}/C{number}.V_w", f"{name}/Mf{number}.V1", f"{name}/Mu{number}.I")
        join(signal, f"{name}/Mf{number}.V2", f"{name}/Mu{number}.V2")
        join(f"{name} V_net", f"{name}/Mf{number}.I")
        join(f"{name} V_delta", f"{name}/Mu{number}.V1")
        if number:
            add("multiplier", f"{name}/Me{number}")
            join(f"{name} V_delta", f"{name}/Me{number}.V1")
            join(f"{name} V_w{number}", f"{name}/Me{number}.V2")
            if errors:
                join(errors[number - 1], f"{name}/Me{number}.I")

    def type1(self, name: str, number: int) -> None:
        self.draw.add("type1", f"E{number}")
        self.join(f"{name} V_out", f"E{number}.V_out")
        self.join(f"T{number}", f"D1.T[{number}]", f"E{number}.V_target")
        self.join(f"{name} V_E", f"E{number}.V_E")

    def type2(self, collector: str, name: str) -> None:
        self.draw.add("type2", collector)
        self.join(f"{collector} I", f"{collector}.I_E")
        self.join(f"{name} V_E", f"{collector}.V_E")

    def learning_parts(self) -> Iterator[str]:
        """Every multiplier whose output goes somewhere."""
        for name in self.draw.ids:
            part = name.partition("/")[2]
            if part.startswith("M") and not (part.startswith("Me") and name.startswith("N2_")):
                yield name
