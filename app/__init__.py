"""AANN Studio: schematic editor and simulator for fully analogue neural networks that train themselves."""

__version__ = "0.1.0"
