"""report.md and report.html: the paper's statement beside what was measured, with every assumption."""

from __future__ import annotations

import html
import platform
from collections.abc import Sequence

import numpy as np

from app import __version__
from app.reproduce.outcome import Claim, Outcome, Table

PAPER = "The paper: F. Paulu, J. Hospodka, Radioengineering 30(2), 2021"
UNITS = (
    "With 0.1 pF and at most 100 nA a weight moves 1 V/µs. The printed row times of 0.01, 0.1 and 1 ps and totals of "
    "2 to 500 ns cannot be: in 1 ps a weight moves 1 µV. They are read as 0.01, 0.1 and 1 µs and 2 to 500 ms, for "
    "which η = K_p T_row/C is 0.01, 0.1 and 1 exactly, and 2 rows × 1,000 epochs × 1 µs are 2 ms."
)
ASSUMPTIONS = (
    "Block parameters: K_m = 100 nA/V², C = 0.1 pF, R = 10 MΩ, V_amp = 1 V, gain 4/V² (the paper leaves most open).",
    "XOR has inputs of ±1 V and targets of 0 V and 1 V; initial weights are uniform in ±0.3 V from ten seeds.",
    "MSE is taken after each epoch by a forward pass over all rows that moves no weight.",
)
MARK = {"holds": "✓", "does not hold": "✗"}
STYLE = """
body { font: 15px/1.55 Inter, Helvetica, Arial, sans-serif; color: #1A1F26; background: #FFFFFF; max-width: 900px;
  margin: 40px auto; padding: 0 24px }
h1 { font-size: 26px } h2 { font-size: 19px; margin-top: 40px; border-top: 1px solid #D3D7DD; padding-top: 20px }
p.caption, p.note { color: #515B68 }
img { width: 100%; height: auto }
table { border-collapse: collapse; width: 100%; margin: 12px 0; font-size: 14px; font-variant-numeric: tabular-nums }
th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-bottom: 1px solid #D3D7DD }
.holds { color: #1B7A43 } .fails { color: #BF1F2E } td.verdict { white-space: nowrap; font-weight: 600 }
""".strip()


def markdown(outcomes: Sequence[Outcome], pictures: str) -> str:
    """`pictures`: the suffix of the figures that the text shows."""
    lines = [
        "# The paper's figures and tables, done anew",
        "",
        *_head(),
        "",
        "## Units",
        "",
        UNITS,
        "",
        "## Summary",
        "",
        _count(outcomes),
        "",
    ]
    lines += _md_table(
        Table(("", "statement", "where", "verdict"), [_summary(o, c) for o in outcomes for c in o.claims])
    )
    for outcome in outcomes:
        lines += ["", f"## {number(outcome.name)}: {outcome.title}", ""]
        if outcome.figure is not None:
            lines += [f"![{outcome.title}]({outcome.name}{pictures})", ""]
        lines += [outcome.caption, ""]
        if outcome.figure is None:
            lines += [*_md_table(outcome.table), ""]
        rows = [(c.paper, c.place, c.measured, f"{MARK[c.verdict]} {c.verdict}") for c in outcome.claims]
        lines += _md_table(Table(("the paper", "where", "measured here", ""), rows))
        lines += [
            "",
            *(f"- {text}" for text in outcome.remarks),
            *(f"- Assumed: {text}" for text in outcome.assumptions),
        ]
    lines += ["", "## Assumptions everywhere", "", *(f"- {text}" for text in ASSUMPTIONS)]
    return "\n".join(lines) + "\n"


def page(outcomes: Sequence[Outcome], pictures: str) -> str:
    """The same as HTML."""
    parts = ["<h1>The paper's figures and tables, done anew</h1>", *(f"<p>{_e(text)}</p>" for text in _head() if text)]
    parts += ["<h2>Units</h2>", f"<p>{_e(UNITS)}</p>", "<h2>Summary</h2>", f"<p>{_count(outcomes)}</p>"]
    parts.append(
        _html_table(("", "statement", "where", "verdict"), [_summary(o, c) for o in outcomes for c in o.claims])
    )
    for outcome in outcomes:
        parts.append(f'<h2 id="{outcome.name}">{number(outcome.name)}: {_e(outcome.title)}</h2>')
        if outcome.figure is not None:
            parts.append(f'<img src="{outcome.name}{pictures}" alt="{_e(outcome.title)}">')
        parts.append(f'<p class="caption">{_e(outcome.caption)}</p>')
        if outcome.figure is None:
            parts.append(_html_table(outcome.table.header, outcome.table.rows))
        rows = [(c.paper, c.place, c.measured, f"{MARK[c.verdict]} {c.verdict}") for c in outcome.claims]
        parts.append(_html_table(("the paper", "where", "measured here", ""), rows))
        parts += [f'<p class="note">{_e(text)}</p>' for text in outcome.remarks]
        parts += [f'<p class="note">Assumed: {_e(text)}</p>' for text in outcome.assumptions]
    parts += ["<h2>Assumptions everywhere</h2>", "<ul>", *(f"<li>{_e(text)}</li>" for text in ASSUMPTIONS), "</ul>"]
    head = '<html lang="en"><head><meta charset="utf-8"><title>AANN Studio: the paper, done anew</title>'
    body = f"<style>{STYLE}</style></head><body>"
    return "\n".join(["<!doctype html>", head, body, *parts, "</body></html>"]) + "\n"


def _head() -> tuple[str, ...]:
    machine = f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}"
    return (PAPER + ".", "", f"Made by `aann reproduce` of AANN Studio {__version__} ({machine}).")


def _count(outcomes: Sequence[Outcome]) -> str:
    verdicts = [claim.verdict for outcome in outcomes for claim in outcome.claims]
    return f"{verdicts.count('holds')} of {len(verdicts)} statements hold."


def number(name: str) -> str:
    """`fig8` as the paper writes it."""
    return f"{name[:3].capitalize()}. {name[3:]}"


def _summary(outcome: Outcome, claim: Claim) -> tuple[str, str, str, str]:
    return number(outcome.name), claim.paper, claim.place, f"{MARK[claim.verdict]} {claim.verdict}"


def _md_table(table: Table) -> list[str]:
    def line(cells: Sequence[object]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    return [line(table.header), "|" + "---|" * len(table.header), *(line(row) for row in table.rows)]


def _html_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    head = "".join(f"<th>{_e(cell)}</th>" for cell in header)
    body = "\n".join("<tr>" + "".join(_cell(str(cell)) for cell in row) + "</tr>" for row in rows)
    return f"<table>\n<tr>{head}</tr>\n{body}\n</table>"


def _cell(text: str) -> str:
    kinds = {f"{MARK['holds']} holds": "holds", f"{MARK['does not hold']} does not hold": "fails"}
    kind = kinds.get(text, "")
    return f'<td class="verdict {kind}">{_e(text)}</td>' if text[:1] in MARK.values() else f"<td>{_e(text)}</td>"


def _e(text: str) -> str:
    return html.escape(text)
