"""What `aann bench` measures: the engine beside hand-written C, scipy, ngspice, diffrax and torch."""
