"""Analogue primitives: multipliers, weight capacitors, resistors."""
