"""Marks that measure, name or annotate: probes, net labels, comments, frames."""
